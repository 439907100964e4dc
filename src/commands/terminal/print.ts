import { printable } from './printable.ts';

/** A result, for stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a person should know beside the result, for stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The same of a text that has parts from outside. */
export function sayPrintable(text: string): void {
  say(printable(text));
}

/** One result of several, as JSON on a line of its own. */
export function printJson(value: object): void {
  print(JSON.stringify(value));
}

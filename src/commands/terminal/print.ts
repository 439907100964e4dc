import { printable } from './printable.ts';

/** Prints a result to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a message that is not a result to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Like `say`, for text with parts from outside. */
export function sayPrintable(text: string): void {
  say(printable(text));
}

/** Prints one of several results as a line of JSON. */
export function printJson(value: object): void {
  print(JSON.stringify(value));
}

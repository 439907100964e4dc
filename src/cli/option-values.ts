/** Parsers for option values. */
import { InvalidArgumentError } from 'commander';

/** A port that others can be given, so not 0. */
export function portNumber(text: string): number {
  const port = listenPort(text);
  if (port === 0) throw new InvalidArgumentError('It is not a port number.');
  return port;
}

/** 0: the system chooses one. */
export function listenPort(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('It is not a port number.');
  return port;
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}

/** For an option that may be repeated. */
export function collected(text: string, before: readonly string[]): string[] {
  return [...before, text];
}

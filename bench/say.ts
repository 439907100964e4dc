/** Prints progress to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

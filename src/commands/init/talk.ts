import { styleText } from 'node:util';
import { say } from '../terminal/print.ts';

/** The messages of `init`, on stderr. Only its results go to stdout. */

const styled = (style: 'bold' | 'green' | 'yellow' | 'cyan', text: string) =>
  styleText(style, text, { stream: process.stderr });

export const heading = (text: string) => say(`\n${styled('bold', text)}`);
export const done = (text: string) => say(`${styled('green', '✓')} ${text}`);
export const warn = (text: string) => say(`${styled('yellow', '!')} ${text}`);
/** Text to copy, on its own line. */
export const copy = (text: string) => say(`  ${styled('cyan', text)}`);

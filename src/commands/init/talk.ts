import { styleText } from 'node:util';

/** What `init` says on its way, on stderr: its results alone go to stdout. */
const write = (text: string) => void process.stderr.write(`${text}\n`);

const styled = (style: 'bold' | 'green' | 'yellow' | 'cyan', text: string) =>
  styleText(style, text, { stream: process.stderr });

export const heading = (text: string) => write(`\n${styled('bold', text)}`);
export const say = (text: string) => write(text);
export const done = (text: string) => write(`${styled('green', '✓')} ${text}`);
export const warn = (text: string) => write(`${styled('yellow', '!')} ${text}`);
/** Something to copy, on a line of its own. */
export const copy = (text: string) => write(`  ${styled('cyan', text)}`);

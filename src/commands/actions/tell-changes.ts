import { chalkStderr } from 'chalk';
import type { Edit } from '../../ory/actions/edit.ts';
import { showEdit } from '../../ory/actions/show-edit.ts';
import type { DiffLine } from '../../ory/actions/show-edit.ts';
import { print, say } from '../terminal/print.ts';

const CHANGE = { add: 'added', update: 'updated', remove: 'removed' } as const;

export interface Result {
  readonly action: 'apply' | 'remove';
  readonly target: string;
  readonly edits: readonly Edit[];
  readonly warnings: readonly string[];
}

/** Prints the diff to stderr, before the question. */
export function showEdits(target: string, edits: readonly Edit[]): void {
  if (edits.length === 0) return;
  const lines = edits.flatMap(showEdit).map(coloured);
  say(`${chalkStderr.bold(target)}\n${lines.join('\n')}\n`);
}

/** Prints the result to stdout: one line per list, or one JSON object. */
export function reportResult({ action, target, edits, warnings }: Result, json: boolean): void {
  const changes = edits.map((edit) => ({ change: CHANGE[edit.kind], list: edit.list.join('.') }));
  if (json) {
    const result = { action, target, changed: edits.length > 0, changes, warnings };
    print(JSON.stringify(result));
    return;
  }
  for (const warning of warnings) say(`${chalkStderr.yellow('Ory warns:')} ${warning}`);
  for (const { change, list } of changes) print(`${change} ${list}`);
  if (edits.length > 0) return;
  const nothing = action === 'apply' ? 'every active list has our hook' : 'none of our hooks is there';
  print(`Nothing to change in ${target}: ${nothing}.`);
}

function coloured({ sign, text }: DiffLine): string {
  switch (sign) {
    case '@':
      return chalkStderr.cyan(`@@ ${text} @@`);
    case '+':
      return chalkStderr.green(`+ ${text}`);
    case '-':
      return chalkStderr.red(`- ${text}`);
    case ' ':
      return `  ${text}`;
  }
}

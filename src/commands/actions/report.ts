import { chalkStderr } from 'chalk';
import type { Edit } from '../../ory/actions/edit.ts';
import { showEdit } from '../../ory/actions/show-edit.ts';
import type { DiffLine } from '../../ory/actions/show-edit.ts';

const CHANGE = { add: 'added', update: 'updated', remove: 'removed' } as const;

export interface Result {
  readonly action: 'apply' | 'remove';
  readonly target: string;
  readonly edits: readonly Edit[];
  readonly warnings: readonly string[];
}

/** The diff, on stderr: what the question is about. */
export function showEdits(target: string, edits: readonly Edit[]): void {
  if (edits.length === 0) return;
  const lines = edits.flatMap(showEdit).map(coloured);
  process.stderr.write(`${chalkStderr.bold(target)}\n${lines.join('\n')}\n\n`);
}

/** What was done, on stdout: a line for each list, or one JSON object. */
export function reportResult({ action, target, edits, warnings }: Result, json: boolean): void {
  const changes = edits.map((edit) => ({ change: CHANGE[edit.kind], list: edit.list.join('.') }));
  if (json) {
    const result = { action, target, changed: edits.length > 0, changes, warnings };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  for (const warning of warnings) process.stderr.write(`${chalkStderr.yellow('Ory warns:')} ${warning}\n`);
  for (const { change, list } of changes) process.stdout.write(`${change} ${list}\n`);
  if (edits.length > 0) return;
  const nothing = action === 'apply' ? 'every list that runs has our hook' : 'there is no hook of ours';
  process.stdout.write(`Nothing to change in ${target}: ${nothing}.\n`);
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

import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from './command.ts';
import { expectNoSecret } from './doctor-run.ts';

/** The contract of `sync --json`, with the keys added to it. */
const line = z.strictObject({
  email: z.string().nullable(),
  identity_id: z.string().nullable(),
  contact_id: z.string().nullable(),
  action: z.enum([
    'created',
    'updated',
    'unchanged',
    'skipped',
    'failed',
    'queued',
    'not_found',
    'undecided',
  ]),
  reason: z.string().nullable(),
  fields: z.array(z.string()),
  left_out: z.array(z.string()),
  incomplete: z.array(z.strictObject({ field: z.string(), reason: z.string(), message: z.string() })),
  message: z.string().nullable(),
  link: z.string().nullable(),
  dry_run: z.literal(true).optional(),
  overwritten: z.record(z.string(), z.unknown()).optional(),
});

export interface SyncRunOptions {
  readonly folder: string;
  readonly variables?: Record<string, string>;
  readonly through?: readonly string[];
}

/** Runs `sync` against a sandbox, as text in a pipe. */
export async function syncText(sandbox: Sandbox, args: readonly string[], options: SyncRunOptions) {
  const { folder, through = [] } = options;
  const variables = { ...connectionTo(sandbox, folder), ...options.variables };
  const result = await runCommand(['sync', ...args], { folder, variables, through });
  expectNoSecret(result, sandbox);
  return result;
}

/** Runs `sync --json`. */
export async function sync(sandbox: Sandbox, args: readonly string[], options: SyncRunOptions) {
  const result = await syncText(sandbox, [...args, '--json'], options);
  const lines = result.stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => line.parse(JSON.parse(text)));
  return { ...result, lines, first: lines[0] };
}

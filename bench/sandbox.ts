import { once } from 'node:events';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { connectControl } from '../src/sandbox/control/control-client.ts';
import type { Control } from '../src/sandbox/control/control.ts';
import { end, newFolder, startCli } from './processes.ts';

/** `ory-zoho sandbox` in its own process. */
export interface BenchSandbox {
  readonly control: Control;
  /** The variables that serve and the naive handler need to reach it. */
  readonly variables: Readonly<z.infer<typeof variablesSchema>>;
  end(): Promise<void>;
}

const variablesSchema = z.object({
  ZOHO_API_BASE_URL: z.string(),
  ZOHO_ACCOUNTS_URL: z.string(),
  ZOHO_CLIENT_ID: z.string(),
  ZOHO_CLIENT_SECRET: z.string(),
  ZOHO_REFRESH_TOKEN: z.string(),
});

/** More credits than any figure uses: the bench does not measure what happens when they run out. */
const CREDITS = 100_000_000;

/** @param latencyMs how long Zoho takes for each call */
export async function startSandbox(latencyMs: number): Promise<BenchSandbox> {
  const child = startCli(['sandbox', '--port', '0', '--latency', String(latencyMs)], newFolder(), {});
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  child.stderr.resume();
  const [printed] = await once(child.stdout.setEncoding('utf8'), 'data');
  const variables = variablesSchema.parse(parseEnv(String(printed)));
  const control = connectControl(variables.ZOHO_ACCOUNTS_URL);
  await control.configure({ credits: CREDITS });
  return { control, variables, end: () => end(child) };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from './command.ts';
import type { CommandOptions, CommandResult } from './command.ts';
import { SECRET, newFolder } from './serve-process.ts';

const finding = z.strictObject({
  check: z.string(),
  state: z.enum(['ok', 'warn', 'fail']),
  detail: z.string().min(1),
  fix: z.string().min(1).nullable(),
});

export type Finding = z.infer<typeof finding>;

export interface Diagnosis extends CommandResult {
  readonly folder: string;
  readonly findings: readonly Finding[];
  /** `state detail -> fix` of each finding of a check. */
  of(check: string): string[];
  /** The checks that are not fine, once each. */
  readonly notOk: readonly string[];
}

/**
 * Runs `doctor --json` against a sandbox, and checks that its output has the agreed form and holds no secret.
 */
export async function diagnose(
  sandbox: Sandbox,
  options: Partial<CommandOptions> & { readonly args?: readonly string[] } = {},
): Promise<Diagnosis> {
  const { folder = newFolder(), args = [], variables, ...rest } = options;
  const all = { ...connectionTo(sandbox, folder), ...variables };
  const result = await runCommand(['doctor', '--json', ...args], { folder, variables: all, ...rest });
  expectNoSecret(result, sandbox);
  const findings = z.array(finding).parse(JSON.parse(result.stdout));
  for (const { state, fix } of findings) expect(fix === null).toBe(state === 'ok');
  expect(result.code).toBe(findings.some(({ state }) => state === 'fail') ? 1 : 0);
  return {
    ...result,
    folder,
    findings,
    of: (check) =>
      findings
        .filter((one) => one.check === check)
        .map(({ state, detail, fix }) => `${state} ${detail}${fix === null ? '' : ` -> ${fix}`}`),
    notOk: [...new Set(findings.filter(({ state }) => state !== 'ok').map(({ check }) => check))],
  };
}

export function expectNoSecret({ stdout, stderr }: CommandResult, { zoho, ory }: Sandbox): void {
  for (const secret of [SECRET, zoho.clientSecret, zoho.refreshToken, ory.apiKey, ory.workspaceKey]) {
    expect(stdout + stderr).not.toContain(secret);
  }
}

/** A correct hook to serve, with these changes. */
export function hookTo(url: string, event: string, changes: Record<string, unknown> = {}): object {
  const template = 'function(ctx) { identity: ctx.identity }';
  return {
    hook: 'web_hook',
    config: {
      url: `${url}/zoho/sync-contact?event=${event}`,
      method: 'POST',
      body: `base64://${Buffer.from(template).toString('base64')}`,
      response: { ignore: true },
      auth: { type: 'api_key', config: { name: 'X-Webhook-Secret', value: SECRET, in: 'header' } },
      ...changes,
    },
  };
}

/**
 * Writes a kratos.yml with these hooks after a sign-up by password and after a changed profile. @returns its
 * path
 */
export function writeKratos(
  folder: string,
  { signUp, profile, signUpOfAll = [] }: Record<'signUp' | 'profile', object[]> & { signUpOfAll?: object[] },
): string {
  const config = {
    dsn: 'memory',
    selfservice: {
      methods: { password: { enabled: true } },
      flows: {
        registration: { after: { password: { hooks: signUp }, hooks: signUpOfAll } },
        settings: { after: { profile: { hooks: profile } } },
      },
    },
  };
  const path = join(folder, 'kratos.yml');
  writeFileSync(path, stringify(config));
  return path;
}

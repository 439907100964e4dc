import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IDENTITY_KEYS } from '../../src/model/identity.ts';
import { isJsonObject } from '../../src/model/json.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseWebhookBody } from '../../src/ory/identity/identity.ts';
import { CANCELLED, CONTEXTS, PRE_PERSIST, SECRET } from '../fixtures/ory/contexts.ts';

const TEMPLATE = new URL('../../jsonnet/sync-contact.jsonnet', import.meta.url).pathname;

// In CI every test below fails without jsonnet. On a contributor's machine they are only skipped.
const skipped = spawnSync('jsonnet', ['--version']).error !== undefined && process.env.CI !== 'true';
if (skipped)
  process.stderr.write(
    'test/ory/jsonnet.test.ts is skipped: no `jsonnet` on PATH (apt-get install jsonnet)\n',
  );

describe.skipIf(skipped)('jsonnet/sync-contact.jsonnet', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ory-zoho-jsonnet-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function evaluate(ctx: JsonObject): Promise<string> {
    const file = join(folder, 'ctx.json');
    await writeFile(file, JSON.stringify(ctx));
    const { stdout } = await promisify(execFile)('jsonnet', ['--tla-code-file', `ctx=${file}`, TEMPLATE]);
    return stdout;
  }

  test.each(CONTEXTS)('forwards the identity and nothing else: $name', async ({ ctx, signedInAt }) => {
    const body = await evaluate(ctx);
    const identity = glossaryKeysOf(ctx);
    const signedIn = signedInAt === undefined ? {} : { signed_in_at: signedInAt };

    expect(JSON.parse(body)).toEqual({ identity, ...signedIn });
    expect(body).not.toContain(SECRET);
    expect(parseWebhookBody(JSON.parse(body))).toEqual({
      kind: 'identity',
      identity: { ...identity, ...signedIn },
    });
  });

  test.each(CANCELLED)('cancels the call: $name', async ({ ctx }) => {
    // Kratos treats an error that starts with "RUNTIME ERROR: cancel" as "send nothing".
    await expect(evaluate(ctx)).rejects.toThrow(/RUNTIME ERROR: cancel/);
  });

  test('a hook that runs before the identity is saved is recognized', async () => {
    expect(parseWebhookBody(JSON.parse(await evaluate(PRE_PERSIST.ctx)))).toEqual({ kind: 'pre_persist' });
  });
});

function glossaryKeysOf(ctx: JsonObject): JsonObject {
  const identity = isJsonObject(ctx.identity) ? ctx.identity : {};
  const keys: readonly string[] = IDENTITY_KEYS;
  return Object.fromEntries(Object.entries(identity).filter(([key]) => keys.includes(key)));
}

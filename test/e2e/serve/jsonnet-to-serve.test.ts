import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { webhookBody } from '../../../src/sandbox/ory/ory-webhook.ts';
import { CONTEXTS, PRE_PERSIST } from '../../fixtures/ory/contexts.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const TEMPLATE = fileURLToPath(new URL('../../../jsonnet/sync-contact.jsonnet', import.meta.url));
const skipped = spawnSync('jsonnet', ['--version']).error !== undefined && process.env['CI'] !== 'true';
if (skipped) {
  process.stderr.write(
    'test/e2e/serve/jsonnet-to-serve.test.ts is skipped: no `jsonnet` on PATH (apt-get install jsonnet)\n',
  );
}

function evaluate(ctx: JsonObject): string {
  const file = `${newFolder()}/ctx.json`;
  writeFileSync(file, JSON.stringify(ctx));
  return execFileSync('jsonnet', ['--tla-code-file', `ctx=${file}`, TEMPLATE], { encoding: 'utf8' });
}

describe.skipIf(skipped)('the output of the template for every flow', () => {
  it('is accepted by serve', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    for (const { name, ctx } of [...CONTEXTS, PRE_PERSIST]) {
      const answer = await serve.send({}, 'registration', { body: evaluate(ctx) });
      expect([name, answer.status]).toEqual([name, 200]);
    }
  });

  it('is what the sandbox sends', () => {
    for (const { ctx, signedInAt } of CONTEXTS) {
      const identity = isJsonObject(ctx['identity']) ? ctx['identity'] : {};
      const signedIn = signedInAt === undefined ? {} : { signed_in_at: signedInAt };
      expect({ ...JSON.parse(webhookBody(identity)), ...signedIn }).toEqual(JSON.parse(evaluate(ctx)));
    }
  });
});

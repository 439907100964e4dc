import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const NO_SCANS = { ory: true, variables: { RECONCILE_INTERVAL: '0' } };
const named = (name: string) => ({ traits: { email: 'ann@example.org', name } });

/**
 *
 * Two webhooks of changes made at the same time: Ory has kept "Two", although "One" has the later time.
 * @param apartMs how much later
 */
async function twoChanges(sandbox: Sandbox, apartMs: number) {
  const { control } = sandbox;
  const { id } = await control.createIdentity(named('Zero'));
  const kept = await control.updateIdentity(id, named('Two'));
  const at = Date.parse(z.string().parse(kept['updated_at']));
  const later = { ...kept, ...named('One'), updated_at: new Date(at + apartMs).toISOString() };
  return { id, kept, later };
}

async function lastName(sandbox: Sandbox): Promise<unknown> {
  const contacts = await sandbox.control.contacts();
  expect(contacts).toHaveLength(1);
  return contacts[0]?.fields['Last_Name'];
}

const settled = (serve: ServeProcess) => eventually(() => serve.rows('SELECT 1 FROM outbox').length === 0);
const readFirst = (serve: ServeProcess) =>
  serve.rows('SELECT read_first FROM outbox').map((row) => row['read_first']);

describe('two changes of one identity less than 2 s apart: Ory says which one it has kept (rule 1)', () => {
  it.each([
    ['the kept one comes last', true],
    ['the kept one comes first', false],
  ])('while the first still waits (%s)', async (_how, keptLast) => {
    const sandbox = await aSandbox();
    const { id, kept, later } = await twoChanges(sandbox, 1_500);
    const serve = await aServe(sandbox, NO_SCANS);
    await sandbox.control.setDown(true);
    for (const webhook of keptLast ? [later, kept] : [kept, later]) await serve.send(webhook, 'settings');
    expect(readFirst(serve)).toEqual([1]);
    await sandbox.control.setDown(false);
    await eventually(() => serve.outcomes(id).length > 0);
    expect(await lastName(sandbox)).toBe('Two');
  });

  it.each([
    ['the kept one comes last', true],
    ['the kept one comes first', false],
  ])('when the first has been delivered (%s)', async (_how, keptLast) => {
    const sandbox = await aSandbox();
    const { id, kept, later } = await twoChanges(sandbox, 1_500);
    const serve = await aServe(sandbox, NO_SCANS);
    const [first, second] = keptLast ? [later, kept] : [kept, later];
    await serve.send(first, 'settings');
    await eventually(() => serve.outcomes(id).length === 1);
    await serve.send(second, 'settings');
    await eventually(() => serve.outcomes(id).length === 2);
    expect(await lastName(sandbox)).toBe('Two');
  });

  it('if Ory cannot answer, the read is repeated, and nothing wrong is written meanwhile', async () => {
    const sandbox = await aSandbox();
    const { id, kept, later } = await twoChanges(sandbox, 10);
    const serve = await aServe(sandbox, NO_SCANS);
    await serve.send(kept, 'settings');
    await eventually(() => serve.outcomes(id).length === 1);
    const effect = { status: 503, body: '{}', headers: { 'retry-after': '1' } };
    await sandbox.control.addFault({ on: { operation: 'ory_list' }, times: 2, effect });
    await serve.send(later, 'settings');
    await eventually(() => serve.outcomes(id).length === 2);
    expect(serve.outcomes(id)).toEqual(['created', 'unchanged']);
    expect(await lastName(sandbox)).toBe('Two');
  });

  it('further apart the times decide, and Ory is not asked', async () => {
    const sandbox = await aSandbox();
    const { id, kept, later } = await twoChanges(sandbox, 3_000);
    const serve = await aServe(sandbox, NO_SCANS);
    await serve.send(kept, 'settings');
    await eventually(() => serve.outcomes(id).length === 1);
    await sandbox.control.setDown(true);
    await serve.send(later, 'settings');
    expect(readFirst(serve)).toEqual([0]);
    await sandbox.control.setDown(false);
    await eventually(() => serve.outcomes(id).length === 2);
    expect(await lastName(sandbox)).toBe('One');
  });

  it('a sign-up and its verification are not two changes: Ory is not asked', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, NO_SCANS);
    const ann = await sandbox.control.createIdentity(named('Ann'));
    await serve.send(ann, 'registration');
    await eventually(() => serve.outcomes(ann.id).length === 1);
    const verified = await sandbox.control.verifyIdentity(ann.id);
    // Ory has another name by now, so a read would show.
    await sandbox.control.updateIdentity(ann.id, named('Changed'));
    await serve.send(verified, 'verification');
    await eventually(() => serve.outcomes(ann.id).length === 2);
    await serve.send(ann, 'registration');
    await settled(serve);
    expect([serve.outcomes(ann.id), await lastName(sandbox)]).toEqual([['created', 'unchanged'], 'Ann']);
  });

  it('without the admin API the times decide, however close', async () => {
    const sandbox = await aSandbox();
    const { id, kept, later } = await twoChanges(sandbox, 10);
    const serve = await aServe(sandbox);
    await serve.send(later, 'settings');
    await eventually(() => serve.outcomes(id).length === 1);
    await serve.send(kept, 'settings');
    await settled(serve);
    expect(await lastName(sandbox)).toBe('One');
  });
});

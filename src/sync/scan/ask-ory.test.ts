import { expect, test } from 'vitest';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import { NODE_WORLD } from '../../node-world.ts';
import type { Report } from '../../model/report.ts';
import { askOry } from './ask-ory.ts';

const ANSWER = { kind: 'page' } as const;

function failure(reason: OryFailure['reason']): OryFailure {
  return { kind: 'failed', reason, message: `it was ${reason}`, waitMs: 1 };
}

/** Asks an Ory that gives these answers in turn. */
async function asked(answers: readonly (typeof ANSWER | OryFailure)[], patienceMs = 60_000) {
  const waited: string[] = [];
  const report = (one: Report) => {
    if (one.what === 'reads_paused') waited.push(one.reason);
  };
  const left = [...answers];
  const ask = async () => left.shift() ?? ANSWER;
  const answer = await askOry({ report, patienceMs, world: NODE_WORLD }, ask, new AbortController().signal);
  return { answer, waited };
}

test('waits while the trouble can pass by itself, and reports it', async () => {
  const passing = ['network', 'rate_limit', 'unavailable'] as const;
  expect(await asked(passing.map(failure))).toEqual({ answer: ANSWER, waited: passing });
});

test.each([
  ['unauthorized', 'ory_unauthorized', 4],
  ['unexpected', 'ory_unexpected', 1],
] as const)('%s needs a person: exit %s', async (reason, code, exitCode) => {
  await expect(asked([failure(reason)])).rejects.toMatchObject({ code, exitCode });
});

test('gives up on an Ory that does not answer, but not on one that says "later"', async () => {
  await expect(asked([failure('network')], -1)).rejects.toMatchObject({ code: 'ory_no_answer', exitCode: 1 });
  const later = [failure('rate_limit'), failure('rate_limit')];
  expect((await asked(later, 30_000)).answer).toBe(ANSWER);
});

test('a signal ends the wait with its reason', async () => {
  const stop = new AbortController();
  const ask = async () => ({ ...failure('network'), waitMs: 600_000 });
  const asking = askOry(
    { report: () => stop.abort(new Error('enough')), patienceMs: 60_000, world: NODE_WORLD },
    ask,
    stop.signal,
  );
  await expect(asking).rejects.toThrow('enough');
});

import { expect, test } from 'vitest';
import type { ProcessRow, ReadsHealth } from '../../store/live-processes.ts';
import { judgeReads } from './reads-paused.ts';

function serve(pid: number, reads: ReadsHealth | null): ProcessRow {
  return {
    id: `${pid}`,
    kind: 'serve',
    host: 'here',
    pid,
    startedAt: 0,
    beatAt: 0,
    mappingHash: 'm',
    health: {
      connection: 'open',
      paused: null,
      credits_remaining: null,
      calls: 0,
      concurrency: 5,
      token_expires_at: null,
      reads,
      intake: null,
    },
  };
}

const paused = (pid: number, reason: string) => serve(pid, { reason, message: `it is ${reason}`, until: 7 });

test('nothing is said while reads go on, or no process has beaten yet', () => {
  expect(judgeReads([])).toBeUndefined();
  expect(judgeReads([serve(1, null), { ...serve(2, null), health: null }])).toBeUndefined();
});

test('of several pauses the one that needs a person is said, with the process that noticed it', () => {
  expect(judgeReads([serve(1, null), paused(2, 'rate_limit'), paused(3, 'wrong_ory_project')])).toMatchObject(
    {
      reason: 'wrong_ory_project',
      message: 'it is wrong_ory_project',
      until: 7,
      process: { kind: 'serve', host: 'here', pid: 3 },
    },
  );
});

test.each(['unauthorized', 'wrong_ory_project', 'unexpected', 'network', 'unavailable', 'rate_limit', 'new'])(
  '%s comes with a next step',
  (reason) => {
    expect(judgeReads([paused(1, reason)])?.hint).toMatch(/\.$/);
  },
);

import { describe, expect, test } from 'vitest';
import type { TokenRow } from '../../model/token-cache.ts';
import type { ProcessHealth, ProcessRow } from '../../store/live-processes.ts';
import { judgeConnection } from './connection-status.ts';
import { stepAgainst } from '../parts/pause-step.ts';

const NOW = 1_000_000;

const token: TokenRow = {
  sealed: 'x',
  expiresAt: NOW + 1,
  accepted: true,
  attempts: [],
  blockedUntil: 0,
  dead: null,
  refreshing: null,
};

function serve(change: Partial<ProcessHealth> | null): ProcessRow {
  const health: ProcessHealth = {
    connection: 'open',
    paused: null,
    credits_remaining: null,
    calls: 0,
    concurrency: 5,
    token_expires_at: NOW + 5,
    reads: null,
    intake: null,
  };
  return {
    id: 'a',
    kind: 'serve',
    host: 'here',
    pid: 1,
    startedAt: 0,
    beatAt: NOW,
    mappingHash: 'm',
    health: change === null ? null : { ...health, ...change },
  };
}

const paused = (reason: string) => serve({ connection: 'paused', paused: { reason, until: NOW + 9 } });

describe('the connection', () => {
  test.each([
    ['a serve that has called', [serve({})], undefined, 'ok'],
    ['a serve that waits for the network', [paused('network')], token, 'ok'],
    ['a token that was accepted, and no process', [], token, 'ok'],
    ['a token that has ended, and no process', [], { ...token, expiresAt: NOW }, 'unknown'],
    ['a token that no call has accepted', [], { ...token, accepted: false }, 'unknown'],
    ['nothing at all', [], undefined, 'unknown'],
    ['a serve that has not called yet', [serve({ token_expires_at: null })], undefined, 'unknown'],
    ['a serve that has just started', [serve(null)], undefined, 'unknown'],
    ['a refused refresh token', [], { ...token, dead: 'invalid_code' }, 'dead'],
    ['a missing scope', [paused('scope')], token, 'dead'],
    ['one of two that lacks a permission', [serve({}), paused('no_permission')], token, 'dead'],
    ['a module that is not there', [paused('invalid_module')], token, 'dead'],
  ] as const)('%s', (_what, processes, row, state) => {
    expect(judgeConnection(processes, row, NOW).state).toBe(state);
  });

  test('the pause that needs a person is told before one that passes', () => {
    const { paused: told } = judgeConnection([paused('network'), paused('scope')], token, NOW);
    expect(told).toEqual({ reason: 'scope', until: NOW + 9 });
    expect(judgeConnection([], { ...token, dead: 'invalid_client' }, NOW).paused?.reason).toBe('token_dead');
    expect(judgeConnection([paused('network')], token, NOW).paused?.reason).toBe('network');
    expect(judgeConnection([serve({})], token, NOW).paused).toBeNull();
  });

  test('the token ends when the last one known does', () => {
    expect(judgeConnection([serve({})], token, NOW).tokenExpiresAt).toBe(NOW + 5);
    expect(judgeConnection([], undefined, NOW).tokenExpiresAt).toBeNull();
  });
});

test('each pause has a next step, an unheard-of one none', () => {
  for (const reason of ['token_dead', 'scope', 'network', 'credits']) {
    expect(stepAgainst(reason)).toMatch(/\.$/);
  }
  expect(stepAgainst('of next year')).toBeNull();
});

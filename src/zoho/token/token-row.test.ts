import { describe, expect, it } from 'vitest';
import type { TokenRow } from '../../model/token-cache.ts';
import { dead, EMPTY_ROW, nextStep, released, throttled, withoutToken, withToken } from './token-row.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const me = { name: 'me', sawDead: false, wasTold: false };
const told = { name: 'me', sawDead: true, wasTold: true };
const row = (change: Partial<TokenRow>): TokenRow => ({ ...EMPTY_ROW, ...change });
const attempts = (count: number, since: number) => Array.from({ length: count }, (_, index) => since + index);

describe('a process that needs a token', () => {
  it.each([
    [
      'uses the token in the row',
      row({ sealed: 's', expiresAt: NOW + 1 }),
      'token',
      { kind: 'use', token: 'token' },
    ],
    ['fetches one when there is none', row({}), undefined, { kind: 'refresh' }],
    ['fetches one when it has expired', row({ sealed: 's', expiresAt: NOW }), 'token', { kind: 'refresh' }],
    [
      'fetches one when it cannot open it',
      row({ sealed: 's', expiresAt: NOW + MINUTE }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'waits while another process fetches one',
      row({ refreshing: { by: 'other', until: NOW + 1 } }),
      undefined,
      { kind: 'wait', waitMs: 1 },
    ],
    [
      'takes over when the time of another process is over',
      row({ refreshing: { by: 'other', until: NOW } }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'takes over when another process began before the clock was set back',
      row({ refreshing: { by: 'other', until: NOW + 60 * MINUTE } }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'does not count attempts from before the clock was set back',
      row({ attempts: attempts(9, NOW + 60 * MINUTE) }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'does not wait for a block that began before the clock was set back',
      row({ blockedUntil: NOW + 60 * MINUTE }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'asks up to nine times in ten minutes',
      row({ attempts: attempts(8, NOW - MINUTE) }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'does not ask a tenth time',
      row({ attempts: attempts(9, NOW - MINUTE) }),
      undefined,
      { kind: 'throttled', waitMs: 9 * MINUTE },
    ],
    [
      'forgets attempts after ten minutes',
      row({ attempts: attempts(9, NOW - 11 * MINUTE) }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'waits while Zoho throttles',
      row({ blockedUntil: NOW + 5 }),
      undefined,
      { kind: 'throttled', waitMs: 5 },
    ],
    [
      'uses a valid token even while Zoho throttles',
      row({ sealed: 's', expiresAt: NOW + 1, blockedUntil: NOW + 5 }),
      'token',
      { kind: 'use' },
    ],
    [
      'tries a refresh token once that Zoho refused to another process',
      row({ dead: 'invalid_code', deadAt: NOW - 1 }),
      undefined,
      { kind: 'refresh' },
    ],
    [
      'tries a client once that Zoho refused to another process',
      row({ dead: 'invalid_client_secret' }),
      undefined,
      { kind: 'refresh' },
    ],
  ])('%s', (_case, stored, token, expected) => {
    expect(nextStep(stored, token, NOW, me)).toMatchObject(expected);
  });

  it('does not try a client again that Zoho refused to itself', () => {
    const step = nextStep(row({ dead: 'invalid_client' }), undefined, NOW, told);
    expect(step).toEqual({ kind: 'dead', code: 'invalid_client' });
  });

  it.each<[string, TokenRow['deadAt'], 'dead' | 'refresh']>([
    ['that was refused just now, it waits', NOW, 'dead'],
    ['that another process tried 59 minutes ago, it waits', NOW - 59 * MINUTE, 'dead'],
    ['that was refused an hour ago, it asks', NOW - 60 * MINUTE, 'refresh'],
    ['that was refused in the future because the clock was set back, it asks', NOW + 1, 'refresh'],
    ['that was refused to an older version, it asks', undefined, 'refresh'],
  ])('with a refresh token %s', (_what, deadAt, kind) => {
    const stored = row({ dead: 'invalid_code', ...(deadAt !== undefined && { deadAt }) });
    // The row decides, however long ago Zoho refused this process.
    const step = nextStep(stored, undefined, NOW, { ...told, sawDead: false });
    expect(step).toMatchObject({ kind });
  });

  it('counts the attempt and takes the lease before it asks', () => {
    expect(nextStep(row({ attempts: [1, NOW - MINUTE] }), undefined, NOW, me)).toMatchObject({
      row: { attempts: [NOW - MINUTE, NOW], refreshing: { by: 'me', until: NOW + 15_000 } },
    });
  });
});

describe('the outcome of an attempt', () => {
  const asking = row({ attempts: [NOW], refreshing: { by: 'me', until: NOW + 15_000 } });

  it('a token counts as expired a minute early, a short-lived one by a tenth of its life', () => {
    expect(withToken(asking, 's', 60 * MINUTE, NOW)).toMatchObject({
      sealed: 's',
      expiresAt: NOW + 59 * MINUTE,
      refreshing: null,
    });
    expect(withToken(asking, 's', 10_000, NOW).expiresAt).toBe(NOW + 9_000);
  });

  it('a new token clears dead and throttled, and is not accepted yet', () => {
    const before = row({ dead: 'invalid_client', blockedUntil: NOW, accepted: true });
    expect(withToken(before, 's', MINUTE, NOW)).toMatchObject({
      dead: null,
      blockedUntil: 0,
      accepted: false,
    });
  });

  it('throttled means a wait of ten minutes, and a longer one the next time', () => {
    const first = throttled(asking, NOW);
    expect(first).toMatchObject({ blockedUntil: NOW + 10 * MINUTE, refreshing: null });
    expect(throttled(first, first.blockedUntil).blockedUntil).toBe(first.blockedUntil + 20 * MINUTE);
  });

  it('a refused connection drops the token', () => {
    expect(dead(row({ sealed: 's', expiresAt: NOW }), 'invalid_code', NOW)).toMatchObject({
      sealed: null,
      dead: 'invalid_code',
      deadAt: NOW,
    });
  });

  it('an attempt that cannot have reached Zoho does not count, and another process keeps its lease', () => {
    expect(released(asking, 'me', true)).toMatchObject({ attempts: [NOW], refreshing: null });
    expect(released(asking, 'me', false)).toMatchObject({ attempts: [], refreshing: null });
    expect(released(asking, 'other', false)).toBe(asking);
  });
});

describe('after a 401', () => {
  const stored = row({ sealed: 's', expiresAt: NOW + MINUTE, attempts: [NOW - MINUTE] });

  it.each([
    ['a token that Zoho has accepted is replaced', { ...stored, accepted: true }, false, true],
    ['also if only this process knows that Zoho accepted it', stored, true, true],
    ['a token that Zoho never accepted stays', stored, false, false],
    [
      'a token that Zoho never accepted is replaced if none was asked for in ten minutes',
      { ...stored, attempts: [NOW - 11 * MINUTE] },
      false,
      true,
    ],
  ])('%s', (_case, before, acceptedHere, replaced) => {
    expect(withoutToken(before, acceptedHere, NOW)?.sealed).toBe(replaced ? null : undefined);
  });
});

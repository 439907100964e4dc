import { expect, test } from 'vitest';
import { processHealth } from './process-health.ts';

const STATS = {
  inFlight: 2,
  limit: 7,
  creditsUsed: 100,
  creditsRemaining: 900,
  creditsHalf: 1_000,
  tokenExpiresAt: 5,
  tokensAsked: { granted: 1, failed: 0 },
};
const READS = { reason: 'network', message: 'no answer', until: 1_700_000_001_000 };
const NOW = { monotonic: 1_000, utc: 1_700_000_000_000 };

test('the end of a pause is a time that other processes can read', () => {
  const state = { phase: 'paused', reason: 'rate_limit', since: 900, until: 3_500.4 } as const;
  expect(processHealth(state, STATS, READS, NOW)).toEqual({
    connection: 'paused',
    paused: { reason: 'rate_limit', until: 1_700_000_002_500 },
    credits_remaining: 900,
    calls: 2,
    concurrency: 7,
    token_expires_at: 5,
    reads: READS,
    intake: null,
  });
});

test('a probe has no end yet, and a value that Zoho has not sent is null', () => {
  const state = { phase: 'probing', reason: 'network', since: 900 } as const;
  const unknown = { ...STATS, creditsRemaining: undefined, tokenExpiresAt: undefined };
  expect(processHealth(state, unknown, null, NOW)).toMatchObject({
    paused: { reason: 'network', until: null },
    credits_remaining: null,
    token_expires_at: null,
  });
  expect(processHealth({ phase: 'open' }, STATS, null, NOW).paused).toBeNull();
});

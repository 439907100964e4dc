import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import type { MetricSources } from './metrics.ts';

const COUNTS = { due: 1, waiting: 2, leased: 3, failed: 4, oldestSeconds: 5 };

/** Metrics of a connection that the test sets, and the lines of one of them. */
function someMetrics(outbox: MetricSources['outbox'] = async () => COUNTS) {
  const zoho = {
    inFlight: 0,
    limit: 5,
    creditsUsed: 0,
    creditsRemaining: undefined as number | undefined,
    tokensAsked: { granted: 0, failed: 0 },
  };
  const metrics = createMetrics({
    outbox,
    zoho: () => zoho,
    paused: () => false,
    readsPaused: () => true,
    logLinesLost: () => 3,
    olderMapping: async () => ({ contacts: 0, skipped: 0 }),
  });
  const lines = async (name: string) => {
    const text = await metrics.text();
    return text.split('\n').filter((line) => line.startsWith(name));
  };
  return { zoho, metrics, lines };
}

test('counts of credits and tokens continue when the connection is made anew', async () => {
  const { zoho, lines } = someMetrics();
  zoho.creditsUsed = 7;
  zoho.tokensAsked = { granted: 2, failed: 1 };
  await lines('');
  zoho.creditsUsed = 9;
  await lines('');
  zoho.creditsUsed = 3;
  zoho.tokensAsked = { granted: 1, failed: 0 };
  expect(await lines('ory_zoho_zoho_credits_used_total')).toEqual(['ory_zoho_zoho_credits_used_total 12']);
  expect(await lines('ory_zoho_zoho_token_refreshes_total')).toEqual([
    'ory_zoho_zoho_token_refreshes_total{result="granted"} 3',
    'ory_zoho_zoho_token_refreshes_total{result="failed"} 1',
  ]);
});

test('remaining credits are missing until Zoho sends them, because 0 would raise an alarm', async () => {
  const { zoho, lines } = someMetrics();
  expect(await lines('ory_zoho_zoho_credits_remaining')).toEqual([]);
  zoho.creditsRemaining = 2_000;
  expect(await lines('ory_zoho_zoho_credits_remaining')).toEqual(['ory_zoho_zoho_credits_remaining 2000']);
  zoho.creditsRemaining = undefined;
  expect(await lines('ory_zoho_zoho_credits_remaining')).toEqual([]);
});

test('without the store only the metrics from it are missing', async () => {
  let down = false;
  const { lines } = someMetrics(async () => {
    if (down) throw new Error('down');
    return COUNTS;
  });
  expect(await lines('ory_zoho_outbox_rows')).toContain('ory_zoho_outbox_rows{state="leased"} 3');
  expect(await lines('ory_zoho_outbox_oldest_seconds')).toEqual(['ory_zoho_outbox_oldest_seconds 5']);
  down = true;
  expect(await lines('ory_zoho_outbox')).toEqual([]);
  expect(await lines('ory_zoho_paused')).toEqual(['ory_zoho_paused 0']);
});

test('durations are counted by event, because a backfill says nothing about webhooks', async () => {
  const { metrics, lines } = someMetrics();
  const settled = { what: 'settled', identityId: 'x', outcome: 'created', reason: null } as const;
  const rest = { contactId: '1', fields: [], leftOut: [], incomplete: [], failure: null };
  metrics.report({ ...settled, ...rest, event: 'registration', latencyMs: 200 });
  metrics.report({ ...settled, ...rest, event: 'backfill', latencyMs: 900_000 });
  expect(await lines('ory_zoho_latency_seconds_count')).toEqual([
    'ory_zoho_latency_seconds_count{event="registration"} 1',
    'ory_zoho_latency_seconds_count{event="backfill"} 1',
  ]);
});

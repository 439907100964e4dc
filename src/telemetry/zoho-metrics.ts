import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** What a connection to Zoho counts. Its counts start anew when serve takes a new refresh token. */
export interface ZohoSource {
  /** Calls under way, and how many may be. */
  readonly inFlight: number;
  readonly limit: number;
  readonly creditsUsed: number;
  /** Undefined if Zoho has sent nothing, because more than half of the day's credits are left. */
  readonly creditsRemaining: number | undefined;
  readonly tokensAsked: { readonly granted: number; readonly failed: number };
}

/** Calls, credits and access tokens of Zoho, read at each scrape. */
export function zohoMetrics(zoho: () => ZohoSource, registers: Registry[]): void {
  const calls = new Gauge({
    name: 'ory_zoho_zoho_calls',
    help: 'Calls to Zoho under way, and how many may be.',
    labelNames: ['what'],
    registers,
    collect() {
      const { inFlight, limit } = zoho();
      calls.set({ what: 'under_way' }, inFlight);
      calls.set({ what: 'limit' }, limit);
    },
  });
  const remaining = new Gauge({
    name: 'ory_zoho_zoho_credits_remaining',
    help: "Credits left in Zoho's 24 hours, as last sent by Zoho; missing while more than half is left.",
    registers,
    collect() {
      const { creditsRemaining } = zoho();
      if (creditsRemaining === undefined) remaining.remove();
      else remaining.set(creditsRemaining);
    },
  });
  const creditsRise = rise();
  const used = new Counter({
    name: 'ory_zoho_zoho_credits_used_total',
    help: 'Credits of Zoho used, by our own count.',
    registers,
    collect() {
      used.inc(creditsRise(zoho().creditsUsed));
    },
  });
  const [grantedRise, failedRise] = [rise(), rise()];
  const tokens = new Counter({
    name: 'ory_zoho_zoho_token_refreshes_total',
    help: 'Access tokens requested from Zoho, by whether one was granted; Zoho grants 10 in 10 minutes.',
    labelNames: ['result'],
    registers,
    collect() {
      const { granted, failed } = zoho().tokensAsked;
      tokens.inc({ result: 'granted' }, grantedRise(granted));
      tokens.inc({ result: 'failed' }, failedRise(failed));
    },
  });
}

/** How much a count has grown since the last look. A count that is lower has started anew. */
function rise(): (count: number) => number {
  let last = 0;
  return (count) => {
    const by = count < last ? count : count - last;
    last = count;
    return by;
  };
}

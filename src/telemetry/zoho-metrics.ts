import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** What a connection to Zoho says of itself; its counts begin anew when serve takes a new refresh token. */
export interface ZohoSource {
  /** Calls under way, and how many may be. */
  readonly inFlight: number;
  readonly limit: number;
  readonly creditsUsed: number;
  /** Undefined: Zoho has said nothing, so that more than half of the day's credits are left. */
  readonly creditsRemaining: number | undefined;
  readonly tokensAsked: { readonly granted: number; readonly failed: number };
}

/** Calls, credits and access tokens of Zoho, looked at when they are read. */
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
    help: "Credits left of Zoho's 24 hours, as Zoho said last; missing while more than half is left.",
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
    help: 'Access tokens asked of Zoho, by whether one was granted; Zoho grants 10 in 10 minutes.',
    labelNames: ['result'],
    registers,
    collect() {
      const { granted, failed } = zoho().tokensAsked;
      tokens.inc({ result: 'granted' }, grantedRise(granted));
      tokens.inc({ result: 'failed' }, failedRise(failed));
    },
  });
}

/** By how much a count has risen since the last look; one that fell has begun anew. */
function rise(): (count: number) => number {
  let last = 0;
  return (count) => {
    const by = count < last ? count : count - last;
    last = count;
    return by;
  };
}

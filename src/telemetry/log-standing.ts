import type { Logger } from 'pino';
import type { OryZohoError } from '../errors.ts';

/** Logs once that webhooks are turned away, why and what to do, and once that this is over. */
export function logStanding(log: Logger): { began(error: OryZohoError): void; ended(): void } {
  return {
    began: ({ code, message, hint }) =>
      log.error({ code, hint }, `webhooks are answered 503 until the store accepts writes again: ${message}`),
    ended: () => log.info('the store accepts writes again'),
  };
}

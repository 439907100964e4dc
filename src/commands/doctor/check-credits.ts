import { fail, ok, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/**
 * Checks the API credits of the day.
 * @param remaining the last number from Zoho, which reports it only once half is used
 * @param answers answers to the calls just made; one may say that the credits are used up
 */
export function checkCredits(
  remaining: number | undefined,
  answers: readonly { readonly kind: string; readonly pause?: string }[],
): Finding {
  if (remaining === 0 || answers.some(({ pause }) => pause === 'credits')) {
    const fix = 'Wait until credits come back, or buy API credits. Nothing is lost meanwhile.';
    return fail('credits', 'the API credits of the day are used up', fix);
  }
  if (remaining === undefined) {
    const unknown = answers.every(({ kind }) => kind === 'not_done' || kind === 'in_doubt');
    if (unknown)
      return warn('credits', 'not known, because no call was answered', 'Fix the checks above first.');
    return ok('credits', 'more than half of the day is left');
  }
  const left = remaining.toLocaleString('en');
  const fix = 'Webhooks are delivered first. Run a backfill tomorrow, or buy API credits.';
  return warn('credits', `${left} left, less than half of the day`, fix);
}

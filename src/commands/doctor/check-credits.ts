import { fail, ok, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/**
 * The API credits of Zoho's day.
 * @param remaining what Zoho said last; it says nothing while more than half is left
 * @param answers of the calls just made: one may say that the credits are used up
 */
export function checkCredits(
  remaining: number | undefined,
  answers: readonly { readonly kind: string; readonly pause?: string }[],
): Finding {
  if (remaining === 0 || answers.some(({ pause }) => pause === 'credits')) {
    const fix = 'Wait until the day of Zoho is over, or buy API credits; nothing is lost meanwhile.';
    return fail('credits', 'the API credits of the day are used up', fix);
  }
  if (remaining === undefined) {
    const unknown = answers.every(({ kind }) => kind === 'not_done' || kind === 'in_doubt');
    if (unknown) return warn('credits', 'not known: no call was answered', 'Mend the checks above first.');
    return ok('credits', 'more than half of the day are left');
  }
  const left = remaining.toLocaleString('en');
  const fix = 'Webhooks go first; run a backfill tomorrow, or buy API credits.';
  return warn('credits', `${left} left, less than half of the day`, fix);
}

import { OryZohoError } from '../../errors.ts';
import { needsAPerson } from '../../model/pause.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { NODE_WORLD } from '../../node-world.ts';
import { retryNote } from '../parts/report-notes.ts';
import { PATIENCE_MS, zohoDoesNothing, notConnected } from './stop-backfill.ts';

const AGAIN_AFTER_MS = 5_000;

const FAILURES: ReadonlySet<string> = new Set<CallFailure['kind']>([
  'not_done',
  'in_doubt',
  'aborted',
  'refused',
  'wrong_length',
]);

/**
 * Repeats a call until Zoho answers. It waits through problems that pass by themselves.
 * @param note receives a message for each wait
 * @throws OryZohoError if only a person can help (exit 4), if the day's credits are used up (exit 3), or if
 * Zoho gives no answer for ten minutes (exit 1); the signal's reason once it is aborted
 */
export async function askZoho<Answer extends { readonly kind: string }>(
  ask: () => Promise<Answer | CallFailure>,
  note: (message: string) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const askedAt = performance.now();
  for (;;) {
    const answer = await ask();
    signal.throwIfAborted();
    if (!isFailure(answer)) return answer;
    if (!('pause' in answer)) throw notConnected(answer.message);
    if (answer.pause === 'credits') throw noCredits(answer.message);
    if (needsAPerson(answer.pause)) throw notConnected(answer.message);
    if (performance.now() - askedAt > PATIENCE_MS) {
      throw zohoDoesNothing({ reason: answer.pause, message: answer.message });
    }
    const waitMs = answer.waitMs ?? AGAIN_AFTER_MS;
    note(retryNote('Zoho', answer.message, waitMs));
    await NODE_WORLD.sleep(waitMs, signal);
  }
}

function isFailure(answer: { readonly kind: string }): answer is CallFailure {
  return FAILURES.has(answer.kind);
}

function noCredits(message: string): OryZohoError {
  return new OryZohoError('no_credits', `Zoho has no credits left today: ${message}`, {
    hint: 'Run the same command again later. Credits come back as earlier calls become older than 24 hours.',
    exitCode: 3,
  });
}

import { OryZohoError } from '../../errors.ts';
import type { World } from '../../model/world.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import type { ScanContext } from './scan-context.ts';

const LONGEST_BACKOFF_MS = 30_000;

/** How a question to Ory waits, and for how long. */
export interface OryAsking extends Pick<ScanContext, 'report' | 'patienceMs'> {
  readonly world: World;
}

/**
 * Asks Ory until it answers. Waits during rate limits, outages and network failures, and reports them.
 * @throws OryZohoError if Ory refuses our credentials (exit 4), gives an unexpected answer, or does not
 * answer for `patienceMs` (exit 1); the signal's reason once it is aborted
 */
export async function askOry<Answer extends { readonly kind: string }>(
  context: OryAsking,
  ask: () => Promise<Answer | OryFailure>,
  signal: AbortSignal,
): Promise<Answer> {
  let silentSince = context.world.ticks();
  for (let failures = 0; ; failures += 1) {
    const answer = await ask();
    if (!isFailure(answer)) {
      context.report({ what: 'reads_answered', confirmed: false });
      return answer;
    }
    refuse(answer);
    if (answer.reason === 'rate_limit') silentSince = context.world.ticks();
    if (context.world.ticks() - silentSince > context.patienceMs) throw noAnswer(answer);
    const ms = answer.waitMs ?? Math.min(LONGEST_BACKOFF_MS, 1_000 * 2 ** failures);
    context.report({ what: 'reads_paused', reason: answer.reason, message: answer.message, ms });
    await context.world.sleep(ms, signal);
  }
}

function isFailure(answer: { readonly kind: string }): answer is OryFailure {
  return answer.kind === 'failed';
}

/** Throws for failures that waiting does not fix. */
function refuse({ reason, message }: OryFailure): void {
  if (reason === 'unauthorized') {
    throw new OryZohoError('ory_unauthorized', message, {
      hint: 'Set ORY_PROJECT_API_KEY to an API key of this project, then run the same command again. It continues where it stopped.',
      exitCode: 4,
    });
  }
  if (reason === 'unexpected') {
    throw new OryZohoError('ory_unexpected', message, {
      hint: 'Check ORY_ADMIN_URL with `ory-zoho doctor`.',
    });
  }
}

function noAnswer({ message }: OryFailure): OryZohoError {
  return new OryZohoError('ory_no_answer', `Ory has not answered for a long time: ${message}`, {
    hint: 'Once it does, run the same command again. It continues where it stopped.',
  });
}

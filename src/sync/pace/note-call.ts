import type { PauseReason } from '../../model/pause.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Reporter } from '../../model/report.ts';
import type { Store } from '../../store/open.ts';
import type { Connection } from './connection.ts';

/** The connection to pause, and where it is reported. */
export interface Calling {
  readonly connection: Connection;
  readonly report: Reporter;
  readonly store: Pick<Store, 'world'>;
}

/**
 * A call that failed as a whole pauses the connection (rule 13). A call that we cut ourselves proves nothing
 * about it.
 */
export function noteFailure(context: Calling, failure: CallFailure, startedAt: number): void {
  if (failure.kind === 'aborted') return;
  const reason = pauseOf(failure);
  const waitMs = 'waitMs' in failure ? failure.waitMs : undefined;
  const ms = context.connection.failed(reason, waitMs, startedAt, context.store.world.ticks());
  if (ms !== undefined) context.report({ what: 'paused', reason, message: failure.message, ms });
}

function pauseOf(failure: Exclude<CallFailure, { kind: 'aborted' }>): PauseReason {
  switch (failure.kind) {
    case 'not_done':
    case 'in_doubt':
      return failure.pause;
    case 'refused':
      return failure.pausesAs;
    case 'wrong_length':
      return 'zoho_unavailable';
  }
}

/**
 * An answer to a write ends a pause. A pause because the calls were refused ends only if a record was written.
 * @param wrote whether a record was written
 */
export function noteAnswer(context: Calling, startedAt: number, wrote: boolean): void {
  if (context.connection.answered(startedAt, wrote)) context.report({ what: 'resumed' });
}

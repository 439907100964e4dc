import { readWaiting } from '../../store/scan/waiting.ts';
import type { ScanContext } from './scan-context.ts';
import { wait } from '../pace/wait.ts';

const LOOK_EVERY_MS = 100;

/** Rows that a run leaves in the outbox. */
export interface LeftBehind {
  /** Records that Zoho puts off for long: locked, in approval. They are delivered by `serve`. */
  readonly putOff: number;
  /** Newcomers that wait for a scope of the connection (needs_coql). */
  readonly aside: number;
}

/**
 * Waits until the rows of a run have left the outbox (rule 25), but for those that Zoho puts off for long: a record may
 * be locked or in approval for days, and is delivered when it is not. Nor is there an end to wait for where only a person
 * can give what is missing.
 * @returns how many are left; 'credits' when scans have to stop (rule 29)
 * @throws the signal's reason once it is aborted
 */
export async function untilLeft(
  { store, reserved }: Pick<ScanContext, 'store' | 'reserved'>,
  run: number,
  signal: AbortSignal,
): Promise<LeftBehind | 'credits'> {
  for (;;) {
    signal.throwIfAborted();
    const { rows, later, aside } = await readWaiting(store, run);
    if (rows === later + aside) return { putOff: later, aside };
    if (reserved()) return 'credits';
    await wait(LOOK_EVERY_MS, signal);
  }
}

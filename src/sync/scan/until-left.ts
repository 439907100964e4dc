import { readWaiting } from '../../store/scan/waiting.ts';
import type { ScanContext } from './context.ts';
import { wait } from './wait.ts';

const LOOK_EVERY_MS = 100;

/**
 * Waits until the rows of a run have left the outbox (rule 25), but for those that Zoho puts off for long: a record may
 * be locked or in approval for days, and is delivered when it is not.
 * @returns how many were put off; 'credits' when scans have to stop (rule 29)
 * @throws the signal's reason once it is aborted
 */
export async function untilLeft(
  { store, reserved }: Pick<ScanContext, 'store' | 'reserved'>,
  run: number,
  signal: AbortSignal,
): Promise<number | 'credits'> {
  for (;;) {
    signal.throwIfAborted();
    const { rows, later } = await readWaiting(store, run);
    if (rows === later) return later;
    if (reserved()) return 'credits';
    await wait(LOOK_EVERY_MS, signal);
  }
}

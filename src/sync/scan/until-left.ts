import { readWaiting } from '../../store/scan/waiting.ts';
import type { ScanContext } from './scan-context.ts';

const LOOK_EVERY_MS = 100;

/** Rows that a run leaves in the outbox. */
export interface LeftBehind {
  /** Records that Zoho puts off for long (locked, in approval). `serve` delivers them later. */
  readonly putOff: number;
  /** Newcomers that wait for a look-up that the connection may not make. */
  readonly aside: number;
}

/**
 * Waits until the rows of a run have left the outbox (rule 25). There are two exceptions. A record may be
 * locked or in approval for days, and is delivered later. And a row may wait for something that only a person
 * can do.
 * @returns how many are left; 'credits' if scans have to stop (rule 29)
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
    await store.world.sleep(LOOK_EVERY_MS, signal);
  }
}

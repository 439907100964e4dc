/** What ends a backfill before its end, and how long it may take. */
import { OryZohoError } from '../../errors.ts';
import type { Report } from '../../model/report.ts';
import { needsAPerson } from '../../model/pause.ts';
import type { Delivery } from '../../sync/delivery/delivery.ts';
import { Interrupted } from '../parts/interrupted.ts';
import { onStopSignals, outliveSizeLimit } from '../parts/stop-signals.ts';

/** Nobody answers for so long: a person should look. */
export const PATIENCE_MS = 10 * 60_000;

/** Calls under way are cut then: with what is left to do, Ctrl-C takes less than 5 s. */
const CUT_AFTER_MS = 4_000;

/** Zoho has no credits left today. */
export class OutOfCredits extends Error {
  override readonly name = 'OutOfCredits';
}

/** Aborted by Ctrl-C; a second one ends the process at once. */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  onStopSignals(() => stop.abort(new Interrupted()));
  outliveSizeLimit();
  // Whoever read the output has left, as `head` does.
  process.stdout.on('error', () => stop.abort(new Interrupted()));
  return stop;
}

/** Aborts when delivery cannot go on by itself. Hears every report. */
export class StopWatch {
  readonly #stop: AbortController;
  #silent: NodeJS.Timeout | undefined;

  constructor(stop: AbortController) {
    this.#stop = stop;
  }

  hear(report: Report): void {
    if (report.what === 'resumed') this.end();
    if (report.what !== 'paused') return;
    if (report.reason === 'credits') this.#stop.abort(new OutOfCredits());
    else if (needsAPerson(report.reason)) this.#stop.abort(notConnected(report.message));
    else this.#silent ??= setTimeout(() => this.#stop.abort(zohoIsSilent(report.message)), PATIENCE_MS);
  }

  /** Zoho answers, or nobody waits for it any more. */
  end(): void {
    clearTimeout(this.#silent);
    this.#silent = undefined;
  }
}

export function notConnected(message: string): OryZohoError {
  return new OryZohoError('not_connected', `Zoho cannot be written to: ${message}`, {
    hint: 'Run `ory-zoho doctor`, mend what it finds, and run the same command again: it goes on from there.',
    exitCode: 4,
  });
}

export function zohoIsSilent(message: string): OryZohoError {
  return new OryZohoError('zoho_no_answer', `Zoho has not answered for ten minutes: ${message}`, {
    hint: 'Run the same command again when it does: it goes on from there.',
  });
}

/** Lets calls under way end, cuts them after 4 s, and closes the connection to Zoho. */
export async function stopDelivery(delivery: Delivery): Promise<void> {
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= delivery.close());
  const cut = setTimeout(() => void close(), CUT_AFTER_MS);
  await delivery.stop();
  clearTimeout(cut);
  await close();
}

/** What stops a backfill early, and how long stopping may take. */
import { OryZohoError } from '../../errors.ts';
import type { Report } from '../../model/report.ts';
import { needsAPerson, pauseBy } from '../../model/pause.ts';
import type { PauseReason } from '../../model/pause.ts';
import type { Delivery } from '../../sync/delivery/delivery.ts';
import { Interrupted } from '../parts/interrupted.ts';
import { onStopSignals, outliveSizeLimit } from '../parts/stop-signals.ts';

/** After this long without an answer a person should look. */
export const PATIENCE_MS = 10 * 60_000;

/** Running calls are cut after this time, so that Ctrl-C takes less than 5 s in all. */
const CUT_AFTER_MS = 4_000;

/** Zoho has no credits left today. */
export class OutOfCredits extends Error {
  override readonly name = 'OutOfCredits';
}

/** Aborted by Ctrl-C; a second Ctrl-C ends the process at once. */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  onStopSignals(() => stop.abort(new Interrupted()));
  outliveSizeLimit();
  // The reader has closed the pipe, as `head` does.
  process.stdout.on('error', () => stop.abort(new Interrupted()));
  return stop;
}

/** Aborts when delivery cannot continue by itself. It receives every report. */
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
    else this.#silent ??= setTimeout(() => this.#stop.abort(zohoDoesNothing(report)), PATIENCE_MS);
  }

  /** Stops watching: Zoho answers, or no delivery is waiting for it. */
  end(): void {
    clearTimeout(this.#silent);
    this.#silent = undefined;
  }
}

export function notConnected(message: string): OryZohoError {
  return new OryZohoError('not_connected', `Zoho cannot be written to: ${message}`, {
    hint: 'Run `ory-zoho doctor`, fix what it finds, and run the same command again. It resumes from there.',
    exitCode: 4,
  });
}

/** Zoho gives no answer, or refuses, or asks to wait. */
export function zohoDoesNothing({
  reason,
  message,
}: {
  readonly reason: PauseReason;
  readonly message: string;
}): OryZohoError {
  return new OryZohoError('zoho_does_nothing', `Zoho has done nothing for ten minutes: ${message}`, {
    hint: `${pauseBy(reason).fix} Then run the same command again. It resumes from there.`,
  });
}

/** Lets running calls end, cuts them after 4 s, and closes the connection to Zoho. */
export async function stopDelivery(delivery: Delivery): Promise<void> {
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= delivery.close());
  const cut = setTimeout(() => void close(), CUT_AFTER_MS);
  await delivery.stop();
  clearTimeout(cut);
  await close();
}

import { needsAPerson } from '../model/pause.ts';
import type { Report } from '../model/report.ts';
import type { PauseReason } from '../model/pause.ts';
import type { WaitingOutcome } from '../store/outbox/outcome.ts';
import type { ConnectionState } from './connection.ts';
import type { DeliveryContext } from './context.ts';
import { Delivery } from './delivery.ts';
import { OutcomeWatch } from './outcome-watch.ts';
import type { Settled } from './outcome-watch.ts';
import { wait } from './scan/wait.ts';

const LOOK_EVERY_MS = 100;

export interface DeliverOptions {
  /** Just put in; some hundreds at most. */
  readonly identityIds: readonly string[];
  /** How long they may take; 0: nothing is delivered here. */
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  readonly settled: Settled;
}

/** Why delivery rests. */
export interface Pause {
  readonly reason: PauseReason;
  readonly message: string;
  /** Only a person can end it. */
  readonly dead: boolean;
}

/** What stays in the outbox. */
export interface Left {
  readonly waiting: ReadonlyMap<string, WaitingOutcome>;
  /** Undefined: this process has not met any trouble with Zoho, or it is over. */
  readonly pause: Pause | undefined;
}

/** Delivers certain identities and nobody else's. */
export class DeliverOnly {
  readonly #context: DeliveryContext;
  readonly #report: DeliveryContext['report'];
  #delivery: Delivery | undefined;
  #wanted: () => readonly string[] = () => [];
  #pause: (Pause & { readonly until: number }) | undefined;

  constructor(context: DeliveryContext) {
    this.#context = { ...context, report: (report) => this.#hear(report) };
    this.#report = context.report;
  }

  get connection(): ConnectionState {
    return this.#delivery?.connection ?? { phase: 'open' };
  }

  /**
   * Delivers these until all are settled, by itself or by another process on this store that was quicker. Gives up when the
   * time is over, when only a person can give what is missing, and when delivery pauses for longer than there is time; calls
   * under way are let end all the same (8 s).
   */
  async deliver({ identityIds, waitMs, signal, settled }: DeliverOptions): Promise<Left> {
    const outcomes = new OutcomeWatch(this.#context.store, identityIds, settled);
    this.#wanted = () => outcomes.wanted;
    const until = performance.now() + waitMs;
    await outcomes.look();
    if (waitMs > 0 && outcomes.waiting.size > 0) this.#begin();
    while (!outcomes.isStuck && !signal.aborted && this.#restsUntil() < until) {
      await wait(LOOK_EVERY_MS, signal).catch(() => {});
      await outcomes.look();
    }
    const pause = this.#pause;
    if (outcomes.waiting.size > 0) {
      await this.stop();
      await outcomes.look();
    }
    return { waiting: outcomes.waiting, pause };
  }

  /** Ends, after calls under way. */
  async stop(): Promise<void> {
    await this.#delivery?.stop();
    this.#delivery = undefined;
    this.#pause = undefined;
  }

  #begin(): void {
    if (this.#delivery !== undefined) {
      this.#delivery.wake();
      return;
    }
    this.#delivery = new Delivery(
      this.#context,
      async () => undefined,
      () => this.#wanted(),
    );
    this.#delivery.start();
  }

  #hear(report: Report): void {
    if (report.what === 'resumed') this.#pause = undefined;
    if (report.what === 'paused') {
      const { reason, message, ms } = report;
      const dead = needsAPerson(reason);
      const until = dead ? Number.POSITIVE_INFINITY : performance.now() + ms;
      this.#pause = { reason, message, dead, until };
    }
    this.#report(report);
  }

  /** The moment before which nothing is delivered here: now, or the end of a pause. */
  #restsUntil(): number {
    return Math.max(performance.now(), this.#pause?.until ?? 0);
  }
}

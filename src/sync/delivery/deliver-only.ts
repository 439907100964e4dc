import { needsAPerson } from '../../model/pause.ts';
import type { Report } from '../../model/report.ts';
import type { World } from '../../model/world.ts';
import type { PauseReason } from '../../model/pause.ts';
import type { ConnectionState } from '../pace/connection.ts';
import type { DeliveryContext } from '../round/work/round-context.ts';
import { Delivery } from './delivery.ts';

const LOOK_EVERY_MS = 100;

/** What is waited for, whichever process delivers it. */
export interface Awaited {
  /** Reads the progress from the store. */
  look(): Promise<void>;
  /** The identities to deliver. */
  readonly wanted: readonly string[];
  /** Everything has an outcome. */
  readonly isDone: boolean;
  /** Waiting longer does not help: everything is done, or held up for long. */
  readonly isStuck: boolean;
}

export interface DeliverOptions {
  /** The time limit. With 0, nothing is delivered here. */
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Calls under way at the end are cut instead of waited for, because repeating them does no harm. */
  readonly cut?: boolean;
}

/** Why delivery is paused. */
export interface DeliveryPause {
  readonly reason: PauseReason;
  readonly message: string;
  /** Only a person can end the pause. */
  readonly dead: boolean;
}

/** Delivers only certain identities. */
export class DeliverOnly {
  readonly #context: DeliveryContext;
  readonly #report: DeliveryContext['report'];
  readonly #world: World;
  #delivery: Delivery | undefined;
  #wanted: () => readonly string[] = () => [];
  #pause: (DeliveryPause & { readonly until: number }) | undefined;

  constructor(context: DeliveryContext) {
    this.#context = { ...context, report: (report) => this.#hear(report) };
    this.#report = context.report;
    this.#world = context.store.world;
  }

  get connection(): ConnectionState {
    return this.#delivery?.connection ?? { phase: 'open' };
  }

  /**
   * Delivers what is awaited, until it is done by this process or by a faster one on the same store. Gives up
   * when the time is over, when only a person can help, and when delivery pauses for longer than the
   * remaining time. Even then, calls under way get 8 s to finish, unless they are to be cut.
   * @returns why delivery is paused; undefined if this process has had no trouble with Zoho, or if it is over
   */
  async deliver(
    awaited: Awaited,
    { waitMs, signal, cut = false }: DeliverOptions,
  ): Promise<DeliveryPause | undefined> {
    this.#wanted = () => awaited.wanted;
    const until = this.#world.ticks() + waitMs;
    await awaited.look();
    if (waitMs > 0 && !awaited.isDone) this.#begin();
    while (!awaited.isStuck && !signal.aborted && this.#restsUntil() < until) {
      await this.#world.sleep(LOOK_EVERY_MS, signal).catch(() => {});
      await awaited.look();
    }
    const pause = this.#pause;
    if (!awaited.isDone) {
      await this.stop(cut);
      await awaited.look();
    }
    return pause;
  }

  /** Stops after the calls under way, or cuts them. Closes the connection to Zoho. */
  async stop(cut = false): Promise<void> {
    await Promise.all([this.#delivery?.stop(), cut ? this.#delivery?.close() : undefined]);
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
      const until = dead ? Number.POSITIVE_INFINITY : this.#world.ticks() + ms;
      this.#pause = { reason, message, dead, until };
    }
    this.#report(report);
  }

  /** The time before which nothing is delivered here: now, or the end of a pause. */
  #restsUntil(): number {
    return Math.max(this.#world.ticks(), this.#pause?.until ?? 0);
  }
}

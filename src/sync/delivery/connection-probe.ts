import { pauseBy } from '../../model/pause.ts';
import type { Reporter } from '../../model/report.ts';
import type { World } from '../../model/world.ts';
import type { DeliveryContext } from '../round/work/round-context.ts';
import type { Connection } from '../pace/connection.ts';
import { PROBE_AT_MOST, TESTED_AT_MOST } from '../pace/pace.ts';

/**
 * The one round that tests a paused connection. It also ends a pause if there is no write to prove that Zoho
 * answers.
 */
export class Probe {
  readonly #connection: Connection;
  readonly #report: Reporter;
  readonly #world: World;
  #round: Promise<void> | undefined;
  /** The cause of the pause may have passed or been fixed. */
  #mayBeWell = false;

  constructor(connection: Connection, { report, store }: Pick<DeliveryContext, 'report' | 'store'>) {
    this.#connection = connection;
    this.#report = report;
    this.#world = store.world;
  }

  get isUnderWay(): boolean {
    return this.#round !== undefined;
  }

  /** How many rows it may have. */
  get size(): number {
    return this.#connection.state.phase === 'open' ? TESTED_AT_MOST : PROBE_AT_MOST;
  }

  /** @param takeNewCredentials called if a person may have connected again */
  async begin(takeNewCredentials: () => Promise<boolean>): Promise<void> {
    const { state } = this.#connection;
    this.#connection.probe(this.#world.ticks());
    if (state.phase === 'open') return;
    this.#mayBeWell = pauseBy(state.reason).endedBy === 'time' || (await takeNewCredentials());
  }

  launched(round: Promise<void>): void {
    this.#round = round;
  }

  /**
   * If the round did not call Zoho, it proves nothing about the connection. The pause ends anyway, because
   * without a write it would last for ever.
   */
  ended(round: Promise<void>): void {
    if (this.#round !== round) return;
    this.#round = undefined;
    if (this.#connection.state.phase === 'probing' && this.#mayBeWell) this.#resume();
  }

  /** The pause is over, and no row is due that could test the connection. */
  endIdlePause(): void {
    const { state } = this.#connection;
    if (state.phase !== 'open' && pauseBy(state.reason).endedBy === 'time') this.#resume();
  }

  #resume(): void {
    if (this.#connection.giveBenefitOfDoubt()) this.#report({ what: 'resumed' });
  }
}

import { pauseBy } from '../../model/pause.ts';
import type { Reporter } from '../../model/report.ts';
import type { Connection } from '../pace/connection.ts';

/** The one round that tests a paused connection, and what ends a pause without a write to tell. */
export class Probe {
  readonly #connection: Connection;
  readonly #report: Reporter;
  #round: Promise<void> | undefined;
  /** What paused the connection may have passed by now, or has been fixed. */
  #mayBeWell = false;

  constructor(connection: Connection, report: Reporter) {
    this.#connection = connection;
    this.#report = report;
  }

  get isUnderWay(): boolean {
    return this.#round !== undefined;
  }

  /** @param takeNewCredentials asked where a person may have connected anew */
  async begin(takeNewCredentials: () => Promise<boolean>): Promise<void> {
    const { state } = this.#connection;
    this.#connection.probe(performance.now());
    if (state.phase === 'open') return;
    this.#mayBeWell = pauseBy(state.reason).endedBy === 'time' || (await takeNewCredentials());
  }

  launched(round: Promise<void>): void {
    this.#round = round;
  }

  /** A round that needed nothing of Zoho tells nothing about it: without a write to end it the pause would last for ever. */
  ended(round: Promise<void>): void {
    if (this.#round !== round) return;
    this.#round = undefined;
    if (this.#connection.state.phase === 'probing' && this.#mayBeWell) this.#resume();
  }

  /** Its time is over, and nothing is due that could tell. */
  endIdlePause(): void {
    const { state } = this.#connection;
    if (state.phase !== 'open' && pauseBy(state.reason).endedBy === 'time') this.#resume();
  }

  #resume(): void {
    if (this.#connection.giveBenefitOfDoubt()) this.#report({ what: 'resumed' });
  }
}

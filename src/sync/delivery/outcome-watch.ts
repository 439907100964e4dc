import type { Store } from '../../store/open.ts';
import { readOutcomes } from '../../store/outbox/outcome.ts';
import type { SettledOutcome, WaitingOutcome } from '../../store/outbox/outcome.ts';
import type { Awaited } from './deliver-only.ts';

/** Called once for each identity when it has an outcome. */
export type OnSettled = (identityId: string, outcome: SettledOutcome) => Promise<void>;

/** Watches identities that were put in, whichever process delivers them. */
export class OutcomeWatch implements Awaited {
  readonly #store: Store;
  readonly #settled: OnSettled;
  readonly #waiting: Map<string, WaitingOutcome>;
  #owners: readonly string[] = [];

  constructor(store: Store, identityIds: readonly string[], settled: OnSettled) {
    this.#store = store;
    this.#settled = settled;
    this.#waiting = new Map(
      identityIds.map((id) => [
        id,
        { is: 'waiting', waitsFor: null, putOff: 0, reason: null, refusal: null },
      ]),
    );
  }

  /** Those without an outcome so far. */
  get waiting(): ReadonlyMap<string, WaitingOutcome> {
    return this.#waiting;
  }

  /** The identities to deliver: these, and those that they wait for (rule 21). */
  get wanted(): readonly string[] {
    return [...this.#waiting.keys(), ...this.#owners];
  }

  get isDone(): boolean {
    return this.#waiting.size === 0;
  }

  /** All that remain wait for something that only a person can do. */
  get isStuck(): boolean {
    return [...this.#waiting.values()].every(({ reason }) => reason !== null);
  }

  async look(): Promise<void> {
    const owners = new Set<string>();
    for (const [id, outcome] of await readOutcomes(this.#store, this.wanted)) {
      if (outcome.is === 'waiting') {
        if (this.#waiting.has(id)) this.#waiting.set(id, outcome);
        if (outcome.waitsFor !== null) owners.add(outcome.waitsFor);
      } else if (this.#waiting.delete(id)) {
        await this.#settled(id, outcome);
      }
    }
    this.#owners = [...owners].filter((id) => !this.#waiting.has(id));
  }
}

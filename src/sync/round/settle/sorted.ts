/**
 * Collects the results of Zoho's answers for the works of a call, and carries them out in one settlement and
 * one release.
 */
import type { Failure } from '../../../model/outcome.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore, giveBack, putOff } from '../work/give-back.ts';
import { isTooLate } from '../../pace/pace.ts';
import { settleWorks } from './settle-works.ts';
import type { Finished } from './settle-works.ts';
import type { Work } from '../work/work.ts';

export class Sorted {
  readonly finished: Finished[] = [];
  readonly again: Work[] = [];
  /** They stay due as before, and are mapped again after the field list has been read again. */
  readonly outdated: Work[] = [];
  readonly #later: { work: Work; failure: Failure }[] = [];
  readonly #now: number;

  constructor({ store }: Pick<RoundContext, 'store'>) {
    this.#now = store.world.now();
  }

  fail(work: Work, failure: Failure): void {
    this.finished.push({ work, outcome: { is: 'failed', failure } });
  }

  /** Zoho says "later" for a record (locked, in approval). After 7 days that is the outcome (rule 13). */
  putOff(work: Work, failure: Failure): void {
    if (isTooLate(work.row.laterSince, this.#now)) this.fail(work, failure);
    else this.#later.push({ work, failure });
  }

  add({
    finished,
    again,
  }: {
    readonly finished: readonly Finished[];
    readonly again: readonly Work[];
  }): void {
    this.finished.push(...finished);
    this.again.push(...again);
  }

  /** @returns the works that need another turn */
  async carryOut(context: RoundContext): Promise<Work[]> {
    await settleWorks(context, this.finished);
    await giveBack(context, this.outdated, asDueAsBefore);
    await putOff(context, this.#later);
    return this.again;
  }
}

import type { ExitCode } from '../../errors.ts';
import { actionWord } from './sync-result.ts';
import type { Action, SyncResult } from './sync-result.ts';

/** Counts the actions. */
export class Tally {
  readonly #counts = new Map<Action, number>();

  add({ action }: SyncResult): void {
    this.#counts.set(action, (this.#counts.get(action) ?? 0) + 1);
  }

  of(action: Action): number {
    return this.#counts.get(action) ?? 0;
  }

  get all(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** 0 all are up to date, 3 some are not, 1 none is. */
  get exitCode(): ExitCode {
    const left = this.of('failed') + this.of('queued') + this.of('not_found');
    if (left === 0) return 0;
    return left < this.all ? 3 : 1;
  }

  /** `3 identities: 2 created, 1 not found` */
  get text(): string {
    const counts = [...this.#counts].map(([action, count]) => `${count} ${actionWord(action)}`);
    return `${this.all} ${this.all === 1 ? 'identity' : 'identities'}: ${counts.join(', ')}`;
  }
}

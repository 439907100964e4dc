import type { ZohoClient } from '../../zoho/client.ts';
import { shareBehind } from '../../sync/scan/progress.ts';
import type { DryRunTally } from './dry-run-tally.ts';
import { dryRunLine, shareOf } from './progress-words.ts';

/** The progress of a dry run. */
export class DryRunProgress {
  /** The id of the last identity on the last page. */
  lastId: string | null = null;
  readonly #tally: DryRunTally;
  readonly #zoho: Pick<ZohoClient, 'stats'>;
  readonly #limit: number | null;
  readonly #startedAt = performance.now();

  constructor(tally: DryRunTally, zoho: Pick<ZohoClient, 'stats'>, limit: number | null) {
    this.#tally = tally;
    this.#zoho = zoho;
    this.#limit = limit;
  }

  /** Undefined if no identity has been read yet. */
  line(): string | undefined {
    const { read, outcomes } = this.#tally;
    if (read === 0) return undefined;
    const share = shareOf(shareBehind(this.lastId), read, this.#limit);
    return dryRunLine(
      { outcomes, read, share },
      {
        seconds: (performance.now() - this.#startedAt) / 1_000,
        identities: read,
        shareBefore: 0,
        credits: this.#zoho.stats().creditsUsed,
      },
    );
  }
}

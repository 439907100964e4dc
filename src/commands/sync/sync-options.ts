/** The command line of `sync`, beside the emails. */
export interface SyncOptions {
  /** Identities by their id. */
  readonly id: readonly string[];
  /** A file with an email a line; `-` is stdin. */
  readonly file?: string;
  /** Say what would be done, and write nothing. */
  readonly dryRun: boolean;
  /** Write what `adopt: fill` leaves alone too, and show what was there. */
  readonly overwrite: boolean;
  /** How many seconds to wait for the delivery of each group; 0: they are only queued. */
  readonly wait: number;
  readonly json: boolean;
}

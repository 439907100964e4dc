/** The command line of `sync`, beside the emails. */
export interface SyncOptions {
  /** Identities by their id. */
  readonly id: readonly string[];
  /** A file with an email a line; `-` is stdin. */
  readonly file?: string;
  /** Say what would be done, and write nothing. */
  readonly dryRun: boolean;
  /** How many seconds to wait for the delivery of each group; 0: they are only queued. */
  readonly wait: number;
  readonly json: boolean;
}

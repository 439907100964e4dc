/** The options of `sync`. */
export interface SyncOptions {
  /** Ids of identities. */
  readonly id: readonly string[];
  /** A file with one email per line; `-` is stdin. */
  readonly file?: string;
  /** Report what would be done, but write nothing. */
  readonly dryRun: boolean;
  /** Also write the fields that `adopt: fill` keeps, and show their old values. */
  readonly overwrite: boolean;
  /** How many seconds to wait for the delivery of each group; with 0 they are only queued. */
  readonly wait: number;
  readonly json: boolean;
}

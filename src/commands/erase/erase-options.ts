export interface EraseOptions {
  /** Allow an erased identity to be synced again. */
  readonly lift: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  /** How many seconds to wait for the deletion. */
  readonly wait: number;
  readonly json: boolean;
}

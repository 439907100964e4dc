import type { Network, NetworkLimits } from './network.ts';

/** Ends a timer. Calling it twice does no harm. */
export type Cancel = () => void;

/**
 * Time, chance and the network, as the engine gets them. Production has one (`node-world.ts`). A simulation
 * has one for each process, with clocks of its own, so that each run can be repeated from its seed. SQLite
 * takes its time from here too, and Postgres from its server (`SqlAbilities.now`).
 */
export interface World {
  /** UTC, in ms since 1970. It may jump, forwards and backwards. */
  now(): number;
  /** A monotonic clock, in ms. Only differences of it mean something. */
  ticks(): number;
  /** Resolves after this time. @throws the signal's reason once it is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs once after this time. */
  after(ms: number, run: () => void): Cancel;
  /** Runs again and again, the first time after this time. */
  every(ms: number, run: () => void): Cancel;
  /** Runs once everything that is ready now has had its turn of the event loop. */
  soon(run: () => void): void;
  /** A signal that aborts after this time. */
  timeout(ms: number): AbortSignal;
  /** At least 0, and less than 1. */
  random(): number;
  uuid(): string;
  bytes(count: number): Buffer;
  /** @throws ConfigurationError if the environment names a proxy that cannot be used */
  openNetwork(limits: NetworkLimits): Network;
}

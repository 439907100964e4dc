import { StoreError } from '../../errors.ts';
import type { World } from '../../model/world.ts';
import type { Store } from '../../store/open.ts';
import { canWrite } from '../../store/probe.ts';
import type { IntakeHealth } from '../../store/live-processes.ts';
import type { Database, Engine, Sql } from '../../store/engine/sql.ts';

/** After a write has waited this long, more waiting does not help (rule 30). */
const WAITED_MS = 2_000;
/** A load balancer that checks whether serve is ready does not wait longer than this. */
const READY_WITHIN_MS = 3_000;

/**
 * Whether a failed write predicts that the next ones fail too. A write that failed at once for a passing
 * reason does not, for example when one of several connections was cut. Pure.
 * @param tookMs how long the write took, including its wait
 */
export function isTrouble(error: StoreError, tookMs: number): boolean {
  return error.kind !== 'busy' || tookMs >= WAITED_MS;
}

/**
 * Whether webhooks are refused without a try, because each try waits. A full disk may still have room for a
 * small one. Pure.
 */
export function isRefusedUntried({ kind }: StoreError, engine: Engine): boolean {
  return kind === 'busy' || (kind === 'broken' && engine === 'postgres');
}

/** Reports the start and the end of trouble with the store. */
export interface StandingLog {
  began(error: StoreError): void;
  ended(): void;
}

/**
 * Whether the store takes writes, judged by the last writes of this process. While it does not, webhooks and
 * readiness checks are answered 503 at once. The heartbeat of each second is the test that ends this (rule
 * 30).
 */
export class StoreStanding {
  /** The store, with its writes watched. */
  readonly store: Store;
  readonly #log: StandingLog;
  #trouble: { readonly error: StoreError; readonly since: number } | undefined;
  #check: Promise<boolean> | undefined;

  constructor(store: Store, log: StandingLog) {
    this.#log = log;
    this.store = { ...store, database: this.#watched(store.database) };
  }

  /** For other processes to show. Null if writes succeed. */
  get health(): IntakeHealth | null {
    if (this.#trouble === undefined) return null;
    const { error, since } = this.#trouble;
    return { code: error.code, message: error.message, hint: error.hint, since };
  }

  /**
   * Whether the store may be out of room. Then only a write as large as the largest webhook proves that it
   * has room again. If a disk quota is used up, SQLite reports the disk as broken.
   */
  get needsRoom(): boolean {
    return this.#trouble !== undefined && this.#trouble.error.kind !== 'busy';
  }

  /**
   * Called before a webhook is taken in.
   * @throws StoreError if a try would only cost time
   */
  admit(): void {
    const error = this.#trouble?.error;
    if (error !== undefined && isRefusedUntried(error, this.store.database.engine)) throw error;
  }

  /** Whether webhooks can be stored. Requests at the same time share one write. */
  async isReady(): Promise<boolean> {
    if (this.#trouble !== undefined) return false;
    this.#check ??= canWrite(this.store).finally(() => (this.#check = undefined));
    return within(this.store.world, READY_WITHIN_MS, this.#check);
  }

  /** A write as large as the largest webhook has succeeded. */
  hasRoom(): void {
    this.#end();
  }

  #watched(database: Database): Database {
    return {
      engine: database.engine,
      can: database.can,
      read: (work) => database.read(work),
      write: (work) => this.#watch(database, work),
      close: () => database.close(),
    };
  }

  async #watch<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
    const askedAt = this.store.world.ticks();
    try {
      const result = await database.write(work);
      if (!this.needsRoom) this.#end();
      return result;
    } catch (error) {
      if (error instanceof StoreError && isTrouble(error, this.store.world.ticks() - askedAt))
        this.#begin(error);
      throw error;
    }
  }

  #begin(error: StoreError): void {
    if (this.#trouble?.error.kind === error.kind) return;
    this.#trouble = { error, since: this.store.world.now() };
    this.#log.began(error);
  }

  #end(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.ended();
  }
}

async function within(world: World, ms: number, answer: Promise<boolean>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const cancel = world.after(ms, () => resolve(false));
  try {
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}

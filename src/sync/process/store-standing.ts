import { StoreError } from '../../errors.ts';
import type { Store } from '../../store/open.ts';
import { canWrite } from '../../store/probe.ts';
import type { IntakeHealth } from '../../store/live-processes.ts';
import type { Database, Engine, Sql } from '../../store/engine/sql.ts';

/** A write that waited for so long has done what waiting can do (rule 30). */
const WAITED_MS = 2_000;
/** A load balancer that asks whether serve is ready does not wait for longer. */
const READY_WITHIN_MS = 3_000;

/**
 * Whether a failed write says that the next ones would fail too. What failed at once and passes by itself, as where one
 * of several connections is cut, does not. Pure.
 * @param tookMs how long the write took, its wait among it
 */
export function isTrouble(error: StoreError, tookMs: number): boolean {
  return error.kind !== 'busy' || tookMs >= WAITED_MS;
}

/** Whether webhooks are refused without a try, since each try waits. A full disk may have room for a small one. Pure. */
export function isRefusedUntried({ kind }: StoreError, engine: Engine): boolean {
  return kind === 'busy' || (kind === 'broken' && engine === 'postgres');
}

/** How the trouble of a store began, and that it has ended. */
export interface StandingLog {
  began(error: StoreError): void;
  ended(): void;
}

/**
 * Whether the store takes writes, as the last writes of this process tell. While it does not, webhooks and readiness are
 * answered 503 without a wait of their own; the heartbeat of each second is the probe that ends it (rule 30).
 */
export class StoreStanding {
  /** The store, whose writes are watched. */
  readonly store: Store;
  readonly #log: StandingLog;
  #trouble: { readonly error: StoreError; readonly since: number } | undefined;
  #check: Promise<boolean> | undefined;

  constructor(store: Store, log: StandingLog) {
    this.#log = log;
    this.store = { ...store, database: this.#watched(store.database) };
  }

  /** For other processes to show; null: writes succeed. */
  get health(): IntakeHealth | null {
    if (this.#trouble === undefined) return null;
    const { error, since } = this.#trouble;
    return { code: error.code, message: error.message, hint: error.hint, since };
  }

  /**
   * The store may have no room: only a write as large as the largest webhook shows that it has again. SQLite calls a disk
   * full by its quota broken.
   */
  get needsRoom(): boolean {
    return this.#trouble !== undefined && this.#trouble.error.kind !== 'busy';
  }

  /**
   * Asked before a webhook is taken in.
   * @throws StoreError when a try would only cost time
   */
  admit(): void {
    const error = this.#trouble?.error;
    if (error !== undefined && isRefusedUntried(error, this.store.database.engine)) throw error;
  }

  /** Whether webhooks can be stored. Those who ask at the same time share one write. */
  async isReady(): Promise<boolean> {
    if (this.#trouble !== undefined) return false;
    this.#check ??= canWrite(this.store).finally(() => (this.#check = undefined));
    return within(READY_WITHIN_MS, this.#check);
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
    const askedAt = performance.now();
    try {
      const result = await database.write(work);
      if (!this.needsRoom) this.#end();
      return result;
    } catch (error) {
      if (error instanceof StoreError && isTrouble(error, performance.now() - askedAt)) this.#begin(error);
      throw error;
    }
  }

  #begin(error: StoreError): void {
    if (this.#trouble?.error.kind === error.kind) return;
    this.#trouble = { error, since: Date.now() };
    this.#log.began(error);
  }

  #end(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.ended();
  }
}

async function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/mapping-file.ts';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import type { OperationName } from '../../src/sandbox/operation.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { MAPPING } from '../crash/person.ts';
import { Worker, until } from './worker.ts';
import type { Settled, WorkerOptions } from './worker.ts';

export const WORKERS = ['A', 'B'] as const;
export type WorkerName = (typeof WORKERS)[number];

/** What meets the next call of an operation. */
export interface Trouble {
  readonly operation: OperationName;
  readonly effect: FaultEffect;
}

const ORY_ID = 'Ory_Identity_ID';
const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
/** Delivery looks twice a second: what it has left by then it cannot claim. */
const LOOKED_AGAIN_MS = 700;

/** A worker in the middle of a call that Zoho does not answer. */
interface Stuck {
  readonly fault: string;
  readonly effect: FaultEffect;
  readonly leases: readonly string[];
  readonly identityIds: readonly string[];
  readonly ended: Promise<void>;
}

/** A Zoho, an Ory, a store in a file, and two workers on it, of which one at a time does something. */
export class World {
  readonly sandbox: Sandbox;
  /** What was settled, in order. */
  readonly settled: Settled[] = [];
  readonly stuck = new Map<WorkerName, Stuck>();
  /** Calls whose lease was let run out: they may meet another worker's. */
  readonly overtaken = new Set<string>();
  readonly #folder: string;
  readonly #options: WorkerOptions;
  readonly #workers = new Map<WorkerName, Worker>();
  #doneSince: number | undefined;

  private constructor(folder: string, options: Omit<WorkerOptions, 'report'>) {
    this.#folder = folder;
    this.sandbox = options.sandbox;
    const report: WorkerOptions['report'] = (one) => {
      if (one.what === 'settled') this.settled.push(one);
    };
    this.#options = { ...options, report };
  }

  static async make({ oryId }: { oryId: boolean }): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-model-'));
    const field = { apiName: ORY_ID, dataType: 'text', length: 64, unique: { caseSensitive: false } };
    const sandbox = await startSandbox(oryId ? { fields: [field] } : {});
    await writeFile(join(folder, 'mapping.yaml'), MAPPING);
    const file = await loadMapping(join(folder, 'mapping.yaml'));
    const world = new World(folder, {
      sandbox,
      databaseUrl: `sqlite:${join(folder, 'store.db')}`,
      mapping: compileMapping(file, oryId ? { oryIdField: ORY_ID } : {}),
      oryIdField: oryId ? ORY_ID : null,
    });
    for (const name of WORKERS) await world.#start(name);
    // As after a backfill: this Ory has returned an identity that the ledger knows.
    world.run('UPDATE store SET ory_confirmed = 1');
    return world;
  }

  async #start(name: WorkerName): Promise<void> {
    this.#workers.set(name, await Worker.open(this.#options));
  }

  worker(name: WorkerName): Worker {
    const worker = this.#workers.get(name);
    if (worker === undefined) throw new Error(`no worker ${name}`);
    return worker;
  }

  get mappingHash(): string {
    return this.#options.mapping.hash;
  }

  /** The contact that the ledger has for an identity. */
  linkOf(identityId: string): string | undefined {
    const [row] = this.run('SELECT contact_id FROM ledger WHERE identity_id = ?', identityId);
    return typeof row?.['contact_id'] === 'string' ? row['contact_id'] : undefined;
  }

  /** Looks into the store, or changes it, beside the workers. */
  run(statement: string, ...parameters: string[]): Record<string, SQLOutputValue>[] {
    const database = new DatabaseSync(join(this.#folder, 'store.db'), { timeout: 2_000 });
    try {
      return database.prepare(statement).all(...parameters);
    } finally {
      database.close();
    }
  }

  /** One worker delivers what is due, until nothing is left that it can claim, or Zoho fails, or does not answer. */
  async deliver(name: WorkerName, trouble?: Trouble): Promise<void> {
    const { control } = this.sandbox;
    const fault =
      trouble && (await control.addFault({ on: { operation: trouble.operation }, effect: trouble.effect }));
    const others = this.#leases();
    const delivery = this.worker(name).startDelivery();
    let held = false;
    if (fault !== undefined) void control.waitForHeld(fault).then(() => (held = true));
    await until(() => held || delivery.connection.phase !== 'open' || this.#isDone(others));
    const ended = delivery.stop();
    if (held && trouble !== undefined && fault !== undefined) {
      const leases = this.#leases().filter((token) => !others.includes(token));
      const identityIds = this.#heldUnder(leases);
      this.stuck.set(name, { fault, effect: trouble.effect, leases, identityIds, ended });
      return;
    }
    if (fault !== undefined) await control.removeFault(fault);
    await ended;
  }

  #leases(): string[] {
    const rows = this.run(
      `SELECT DISTINCT lease_token FROM outbox WHERE lease_token IS NOT NULL AND lease_until > ${NOW}`,
    );
    return rows.map(({ lease_token }) => String(lease_token));
  }

  #heldUnder(leases: readonly string[]): string[] {
    return this.run('SELECT identity_id, lease_token FROM outbox')
      .filter(({ lease_token }) => leases.includes(String(lease_token)))
      .map(({ identity_id }) => String(identity_id));
  }

  /** Nothing is due, or what is due has been left alone for a while. */
  #isDone(others: readonly string[]): boolean {
    if (this.#leases().some((token) => !others.includes(token))) {
      this.#doneSince = undefined;
      return false;
    }
    const due = this.run(
      `SELECT 1 FROM outbox WHERE state = 'waiting' AND due_at <= ${NOW}
         AND (lease_token IS NULL OR lease_until <= ${NOW}) LIMIT 1`,
    );
    this.#doneSince ??= performance.now();
    const done = due.length === 0 || performance.now() - this.#doneSince > LOOKED_AGAIN_MS;
    if (done) this.#doneSince = undefined;
    return done;
  }

  /** Identities that another worker has taken over from this one. */
  takenOver(name: WorkerName): string[] {
    const { identityIds = [], leases = [] } = this.stuck.get(name) ?? {};
    const held = this.#heldUnder(leases);
    return identityIds.filter((id) => !held.includes(id));
  }

  /** An identity as the store has it, but for a link: that may be learned late. */
  standing(id: string): Record<string, SQLOutputValue> {
    const [row] = this.run(
      'SELECT lease_token, state, revision, marks FROM outbox WHERE identity_id = ?',
      id,
    );
    const [ledger] = this.run('SELECT version, outcome, sent FROM ledger WHERE identity_id = ?', id);
    return { id, ...row, ...(ledger ?? { version: null, outcome: null, sent: '{}' }) };
  }

  /** The answer comes, and the worker goes on. */
  async answer(name: WorkerName): Promise<void> {
    const stuck = this.stuck.get(name);
    if (stuck === undefined) return;
    this.stuck.delete(name);
    await this.sandbox.control.removeFault(stuck.fault);
    await stuck.ended;
  }

  /** Killed, perhaps in the middle of a call, which Zoho does all the same; started again when its leases are over. */
  async crash(name: WorkerName): Promise<void> {
    const worker = this.worker(name);
    const leases = this.stuck.get(name)?.leases ?? [];
    worker.die();
    // How a dead one ends is nobody's business.
    await this.answer(name).catch(() => {});
    await worker.close();
    this.#runOut(leases);
    await this.#start(name);
  }

  /**
   * The worker is so slow that its leases run out, while Zoho has done its call. Not before: against what Zoho does after
   * the lease no rule helps.
   */
  overtake(name: WorkerName): void {
    const stuck = this.stuck.get(name);
    if (stuck?.effect.hold !== 'after_commit') return;
    this.overtaken.add(stuck.fault);
    this.#runOut(stuck.leases);
  }

  #runOut(leases: readonly string[]): void {
    for (const token of leases) this.run('UPDATE outbox SET lease_until = 1 WHERE lease_token = ?', token);
  }

  /** What waits for its time is due. */
  timePasses(): void {
    this.run("UPDATE outbox SET due_at = MIN(due_at, 1) WHERE state = 'waiting'");
  }

  async end(): Promise<void> {
    for (const name of WORKERS) await this.answer(name);
    for (const worker of this.#workers.values()) await worker.close();
    await this.sandbox.close();
    await rm(this.#folder, { recursive: true });
  }
}

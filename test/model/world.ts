import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/file/mapping-file.ts';
import type { LoggedRequestView } from '../../src/sandbox/control/control.ts';
import type { FaultEffect } from '../../src/sandbox/call/faults.ts';
import type { OperationName } from '../../src/sandbox/call/operation.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../src/sandbox/zoho/zoho-settings.ts';
import { MAPPING } from '../crash/person.ts';
import { Worker, until } from './worker.ts';
import type { Settled, WorkerOptions } from './worker.ts';
import { OPEN_PROJECT } from '../fixtures/ory/open-project.ts';

export const WORKERS = ['A', 'B'] as const;
export type WorkerName = (typeof WORKERS)[number];

/** The fault for the next call of an operation. */
export interface Trouble {
  readonly operation: OperationName;
  readonly effect: FaultEffect;
}

const ORY_ID = 'Ory_Identity_ID';
const NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
/**
 * Delivery looks twice a second. What it has not claimed by then cannot be claimed. On a busy machine it is
 * late, so looks are counted too.
 */
const LOOKED_AGAIN_MS = 700;
const CALLS_OF_A_LOOK = 4;

/** A call that writes to Zoho, and whether its caller got the answer. */
export interface Write {
  readonly call: LoggedRequestView;
  readonly answered: boolean;
}

/** A 429 does not count, because it means that nothing was done. A held call may still be answered. */
function isUnanswered({ hold, tooMany }: FaultEffect): boolean {
  return hold === undefined && tooMany === undefined;
}

/** A worker in the middle of a call that Zoho does not answer. */
interface Stuck {
  readonly fault: string;
  readonly effect: FaultEffect;
  readonly leases: readonly string[];
  readonly identityIds: readonly string[];
  readonly ended: Promise<void>;
}

export interface Setting {
  /** Whether ORY_ID_FIELD is set. */
  readonly oryId: boolean;
  /** Whether lookups are allowed. */
  readonly coql: boolean;
}

/** A Zoho, an Ory, a store in a file, and two workers. Only one worker acts at a time. */
export class World {
  readonly sandbox: Sandbox;
  /** Whether lookups are allowed. */
  readonly coql: boolean;
  /** The settlements that are not checked yet, in order. */
  readonly settled: { readonly by: WorkerName; readonly settled: Settled }[] = [];
  readonly stuck = new Map<WorkerName, Stuck>();
  /** Calls whose lease was allowed to run out. They may overlap with those of another worker. */
  readonly overtaken = new Set<string>();
  /** Faults that leave a call unanswered although Zoho may have done it. */
  readonly #unanswered = new Set<string>();
  readonly #folder: string;
  readonly #options: Omit<WorkerOptions, 'report'>;
  readonly #workers = new Map<WorkerName, Worker>();
  #doneSince: { readonly at: number; readonly calls: number } | undefined;

  private constructor(folder: string, coql: boolean, options: Omit<WorkerOptions, 'report'>) {
    this.#folder = folder;
    this.coql = coql;
    this.sandbox = options.sandbox;
    this.#options = options;
  }

  static async make({ oryId, coql }: Setting): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-model-'));
    const field = { apiName: ORY_ID, dataType: 'text', length: 64, unique: { caseSensitive: false } };
    const scopes = DEFAULT_SCOPES.filter((scope) => coql || !scope.startsWith('ZohoCRM.coql'));
    const sandbox = await startSandbox({ ...OPEN_PROJECT, scopes, ...(oryId && { fields: [field] }) });
    await writeFile(join(folder, 'mapping.yaml'), MAPPING);
    const file = await loadMapping(join(folder, 'mapping.yaml'));
    const world = new World(folder, coql, {
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
    const report: WorkerOptions['report'] = (one) => {
      if (one.what === 'settled') this.settled.push({ by: name, settled: one });
    };
    this.#workers.set(name, await Worker.open({ ...this.#options, report }));
  }

  worker(name: WorkerName): Worker {
    const worker = this.#workers.get(name);
    if (worker === undefined) throw new Error(`no worker ${name}`);
    return worker;
  }

  get mappingHash(): string {
    return this.#options.mapping.hash;
  }

  /** The linked contact of an identity in the ledger. */
  linkOf(identityId: string): string | undefined {
    const [row] = this.run('SELECT contact_id FROM ledger WHERE identity_id = ?', identityId);
    return typeof row?.['contact_id'] === 'string' ? row['contact_id'] : undefined;
  }

  /** Reads or changes the store beside the workers. */
  run(statement: string, ...parameters: string[]): Record<string, SQLOutputValue>[] {
    const database = new DatabaseSync(join(this.#folder, 'store.db'), { timeout: 2_000 });
    try {
      return database.prepare(statement).all(...parameters);
    } finally {
      database.close();
    }
  }

  /** One worker delivers due rows until none is left that it can claim, or Zoho fails, or does not answer. */
  async deliver(name: WorkerName, trouble?: Trouble): Promise<void> {
    const { control } = this.sandbox;
    const fault =
      trouble && (await control.addFault({ on: { operation: trouble.operation }, effect: trouble.effect }));
    if (fault !== undefined && trouble !== undefined && isUnanswered(trouble.effect)) {
      this.#unanswered.add(fault);
    }
    const others = this.#leases();
    const delivery = this.worker(name).startDelivery();
    let held = false;
    if (fault !== undefined) void control.waitForHeld(fault).then(() => (held = true));
    await until(() => held || delivery.connection.phase !== 'open' || this.#isDone(name, others));
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

  /** No row is due, or the due rows have not been claimed for a while. */
  #isDone(name: WorkerName, others: readonly string[]): boolean {
    if (this.#leases().some((token) => !others.includes(token))) {
      this.#doneSince = undefined;
      return false;
    }
    const due = this.run(
      `SELECT 1 FROM outbox WHERE state = 'waiting' AND due_at <= ${NOW}
         AND (lease_token IS NULL OR lease_until <= ${NOW}) LIMIT 1`,
    );
    const { calls } = this.worker(name);
    this.#doneSince ??= { at: performance.now(), calls };
    const looked =
      performance.now() - this.#doneSince.at > LOOKED_AGAIN_MS &&
      calls - this.#doneSince.calls >= CALLS_OF_A_LOOK;
    const done = due.length === 0 || looked;
    if (done) this.#doneSince = undefined;
    return done;
  }

  /** Identities that this worker holds while it waits for Zoho. */
  heldBy(name: WorkerName): string[] {
    return this.#heldUnder(this.stuck.get(name)?.leases ?? []);
  }

  /** All writes to Zoho that have ended, in order. */
  async writes(): Promise<Write[]> {
    const all = await this.sandbox.control.requests();
    return all
      .filter(({ operation }) => operation === 'upsert' || operation === 'update')
      .map((call) => ({
        call,
        answered: call.fault === undefined || !this.#unanswered.has(call.fault),
      }));
  }

  /** Whether a delivery has read this identity from Ory by id. @param since ms since 1970 */
  async hasRead(id: string, since: number): Promise<boolean> {
    const reads = await this.sandbox.control.requests('ory_list');
    return reads.some(({ path, startedAt }) => startedAt >= since && path.includes(id));
  }

  /**
   * Identities that another worker has taken over from this one. It does not include those whose lease may
   * end at any moment: it has run out at the other worker too, or this worker took it while it began to stop.
   */
  takenOver(name: WorkerName): string[] {
    const { identityIds = [] } = this.stuck.get(name) ?? {};
    const others = [...this.stuck].filter(([by, { fault }]) => by !== name && !this.overtaken.has(fault));
    const steady = others.flatMap(([, { leases }]) => leases);
    const uncertain = this.run('SELECT identity_id, lease_token FROM outbox WHERE lease_token IS NOT NULL')
      .filter(({ lease_token }) => !steady.includes(String(lease_token)))
      .map(({ identity_id }) => identity_id);
    return identityIds.filter((id) => !uncertain.includes(id));
  }

  /** The store's data of an identity, except for its link, which may be learned late. */
  standing(id: string): Record<string, SQLOutputValue> {
    const [row] = this.run(
      'SELECT lease_token, state, revision, marks FROM outbox WHERE identity_id = ?',
      id,
    );
    const [ledger] = this.run('SELECT version, outcome, sent FROM ledger WHERE identity_id = ?', id);
    return { id, ...row, ...(ledger ?? { version: null, outcome: null, sent: '{}' }) };
  }

  /** The answer arrives, and the worker continues. */
  async answer(name: WorkerName): Promise<void> {
    const stuck = this.stuck.get(name);
    if (stuck === undefined) return;
    this.stuck.delete(name);
    await this.sandbox.control.removeFault(stuck.fault);
    await stuck.ended;
  }

  /**
   * The worker is killed, perhaps in the middle of a call that Zoho completes anyway. It starts again when
   * its leases are over.
   */
  async crash(name: WorkerName): Promise<void> {
    const worker = this.worker(name);
    const { leases = [], fault } = this.stuck.get(name) ?? {};
    if (fault !== undefined) this.#unanswered.add(fault);
    worker.die();
    // It does not matter how a dead worker ends.
    await this.answer(name).catch(() => {});
    await worker.close();
    this.#runOut(leases);
    await this.#start(name);
  }

  /**
   * The worker is so slow that its leases run out, while Zoho has completed its call. Zoho must be done
   * first: no rule helps against what it does after the lease.
   * @returns whether it was in a call
   */
  overtake(name: WorkerName): boolean {
    const stuck = this.stuck.get(name);
    if (stuck?.effect.hold !== 'after_commit') return false;
    this.overtaken.add(stuck.fault);
    this.#unanswered.add(stuck.fault);
    this.#runOut(stuck.leases);
    return true;
  }

  #runOut(leases: readonly string[]): void {
    for (const token of leases) this.run('UPDATE outbox SET lease_until = 1 WHERE lease_token = ?', token);
  }

  /** Longer than an identity waits for another one (rules 10 and 21). */
  muchTimePasses(): void {
    this.run('UPDATE outbox SET waits_since = 1 WHERE waits_since IS NOT NULL');
    this.timePasses();
  }

  /**
   * Identities whose email an erasure has held for longer than they wait. Without the COQL scope, a contact
   * from a lost call cannot be looked up. So the erasure fails with that reason, and holds the email until a
   * person connects with the scope (rules 11 and 24).
   */
  heldUpByErasures(): Set<string> {
    const rows = this.run(
      `SELECT outbox.identity_id FROM outbox JOIN outbox AS erasure ON erasure.identity_id = outbox.waits_for
        WHERE outbox.state = 'failed' AND outbox.reason = 'email_taken' AND erasure.state = 'failed'
          AND erasure.kind = 'erase' AND erasure.reason = 'zoho_oauth_scope_mismatch'`,
    );
    return new Set(rows.map(({ identity_id }) => String(identity_id)));
  }

  /** All rows that wait for their time become due. */
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

import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import type { ServeConfig } from '../../src/config/serve-config.ts';
import type { CompiledMapping } from '../../src/mapping/compile.ts';
import { controlOperations } from '../../src/sandbox/control/control-operations.ts';
import { controlOver } from '../../src/sandbox/control/control-client.ts';
import type { Control } from '../../src/sandbox/control/control.ts';
import { DEFAULT_SETTINGS } from '../../src/sandbox/settings.ts';
import type { Settings } from '../../src/sandbox/settings.ts';
import { createWorld } from '../../src/sandbox/world.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { SqliteDatabase } from '../../src/store/engine/sqlite.ts';
import { storeOver } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import { OPEN_PROJECT } from '../fixtures/ory/open-project.ts';
import { Chance } from './chance.ts';
import { ProcessTime, processWorld } from './process-world.ts';
import { ADDRESS, SECRET, SimulatedServe } from './simulated-serve.ts';
import { Timeline } from './timeline.ts';
import { WritesUnderWay } from './writes-under-way.ts';

export const ORY_ID = 'Ory_Identity_ID';

export interface SimulationOptions {
  readonly seed: number;
  readonly processes: number;
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  readonly settings?: Partial<Settings>;
  /** 0 if it never runs. */
  readonly reconcileMs: number;
}

/** A Zoho, an Ory, a store and some serves, in one process and on one virtual time. */
export class Simulation {
  readonly timeline = new Timeline();
  readonly chance: Chance;
  readonly remote: SandboxWorld;
  readonly control: Control;
  readonly writes = new WritesUnderWay();
  readonly serves: readonly SimulatedServe[];
  /** The clock of the store, which all serves share. */
  readonly storeTime: ProcessTime;
  /** The clock of Zoho and Ory. */
  readonly remoteTime: ProcessTime;
  config: ServeConfig;
  mapping: CompiledMapping;
  readonly #connection: DatabaseSync;
  readonly #database: SqliteDatabase;

  constructor({ seed, processes, mapping, oryIdField, reconcileMs, settings = {} }: SimulationOptions) {
    this.chance = new Chance(seed);
    this.mapping = mapping;
    const { timeline, chance } = this;
    const noNetwork = () => {
      throw new Error('Neither the sandbox nor the store has a network.');
    };
    this.remoteTime = new ProcessTime(timeline);
    const field = { apiName: ORY_ID, dataType: 'text', length: 64, unique: { caseSensitive: false } };
    this.remote = createWorld(
      () => ADDRESS,
      { ...DEFAULT_SETTINGS, ...OPEN_PROJECT, ...settings },
      oryIdField === null ? [] : [field],
      0,
      processWorld(this.remoteTime, chance, noNetwork),
    );
    const operations = controlOperations(this.remote);
    this.control = controlOver(async (name, args) => operations[name]?.(args));
    this.storeTime = new ProcessTime(timeline);
    this.#connection = new DatabaseSync(':memory:');
    this.#database = new SqliteDatabase(
      this.#connection,
      ':memory:',
      processWorld(this.storeTime, chance, noNetwork),
    );
    const { remote, writes } = this;
    this.config = configOf(remote, oryIdField, reconcileMs);
    this.serves = Array.from(
      { length: processes },
      () => new SimulatedServe({ timeline, chance, remote, shared: this.#database, writes }),
    );
  }

  /** Whether contacts may be looked up. */
  get coql(): boolean {
    return this.remote.settings.scopes.some((scope) => scope.startsWith('ZohoCRM.coql'));
  }

  /** Starts one serve. */
  start(number: number, clockIsOffBy = 0): void {
    this.serves[number]?.start({ config: this.config, mapping: this.mapping }, clockIsOffBy);
  }

  /** A command of an operator works on the store, beside the serves. */
  async atOperator<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const world = processWorld(new ProcessTime(this.timeline), this.chance, () => {
      throw new Error('This command needs no network.');
    });
    let isDone = false;
    const result = storeOver(this.#database, world)
      .then(work)
      .finally(() => (isDone = true));
    await this.timeline.runUntil(this.timeline.now + 5_000, () => isDone);
    return result;
  }

  /** Reads or changes the store beside the serves. */
  run(statement: string, ...parameters: string[]): Record<string, SQLOutputValue>[] {
    return this.#connection.prepare(statement).all(...parameters);
  }

  close(): void {
    for (const serve of this.serves) serve.kill();
    this.#connection.close();
  }
}

function configOf(remote: SandboxWorld, oryIdField: string | null, reconcileMs: number): ServeConfig {
  const { accounts, oryApiKey } = remote;
  return {
    zoho: {
      clientId: accounts.clientId,
      clientSecret: accounts.clientSecret,
      refreshToken: accounts.newRefreshToken(),
      apiBaseUrl: `${ADDRESS}/crm/v8`,
      accountsUrl: ADDRESS,
      dataCenter: undefined,
    },
    ory: { adminUrl: ADDRESS, apiKey: oryApiKey },
    databaseUrl: 'sqlite:simulated',
    oryIdField,
    mappingFile: undefined,
    logLevel: 'silent',
    webhookSecrets: [SECRET],
    port: 0,
    host: undefined,
    metricsToken: undefined,
    reconcileMs,
  };
}

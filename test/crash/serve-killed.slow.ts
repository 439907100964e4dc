import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { newFolder } from '../e2e/processes/serve-process.ts';
import { aSandbox } from '../e2e/processes/setup.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { postgresOn, sqliteAt } from './database.ts';
import type { CrashDatabase } from './database.ts';
import { liveAndDie, liveUntilDelivered } from './lives.ts';
import type { Stage } from './lives.ts';
import { MAPPING } from './person.ts';
import { Random } from './random.ts';
import { Town } from './town.ts';
import { differences } from './truth.ts';

/** `SEED=… KILLS=…` repeats a run, or changes it. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const KILLS = Number(process.env['KILLS'] ?? 100);
const HOUR_MS = 3_600_000;

const ORY_ID = 'Ory_Identity_ID';
const WITH_ORY_ID: SandboxOptions = {
  fields: [{ apiName: ORY_ID, dataType: 'text', length: 64, unique: { caseSensitive: false } }],
};
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.remove());

type OpenDatabase = (folder: string) => Promise<CrashDatabase>;
const onSqlite: OpenDatabase = async (folder) => sqliteAt(join(folder, 'store.db'));
const onPostgres: OpenDatabase = () => postgresOn(postgres);

async function aStage(open: OpenDatabase, options: SandboxOptions): Promise<Stage> {
  const sandbox = await aSandbox(options);
  const folder = newFolder();
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), MAPPING);
  const random = new Random(SEED);
  return {
    sandbox,
    random,
    folder,
    database: await open(folder),
    town: new Town(sandbox.control, random),
    variables: {
      // A scan would repair what a crash has lost.
      RECONCILE_INTERVAL: '0',
      ...(options.fields !== undefined && { ORY_ID_FIELD: ORY_ID }),
    },
  };
}

const connections: [string, OpenDatabase, SandboxOptions][] = [
  ['on SQLite', onSqlite, {}],
  ['on Postgres', onPostgres, {}],
  ['on SQLite, with the Ory-id field', onSqlite, WITH_ORY_ID],
  ['on Postgres, with the Ory-id field', onPostgres, WITH_ORY_ID],
];

describe(`serve, killed ${KILLS} times under traffic with faults (SEED=${SEED})`, () => {
  it.each(connections)(
    '%s: each acknowledged identity exists once, in its newest version',
    { timeout: HOUR_MS },
    async (_where, open, options) => {
      const stage = await aStage(open, options);
      const whatWasLogged = `the logs of all serves are in ${stage.folder}`;
      // The first serve creates the store.
      await liveUntilDelivered(stage);
      // As after a backfill: this Ory has returned an identity that the ledger knows.
      await stage.database.run('UPDATE store SET ory_confirmed = 1');
      for (let kill = 0; kill < KILLS; kill += 1) await liveAndDie(stage);
      await liveUntilDelivered(stage);
      expect(await differences(stage, 'acknowledged'), whatWasLogged).toEqual([]);

      // The scan after a gap finds what was never acknowledged.
      await stage.database.run('UPDATE store SET served_at = 1');
      const reconciling = { ...stage, variables: { ...stage.variables, RECONCILE_INTERVAL: '24h' } };
      await liveUntilDelivered(reconciling, async (serve) => {
        await serve.logged(({ msg }) => msg === 'reconcile is done');
      });
      expect(await differences(stage, 'everything'), whatWasLogged).toEqual([]);
    },
  );
});

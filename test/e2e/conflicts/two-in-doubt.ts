/** Two identities, one email, and a lost answer from Zoho (rules 10 and 11). */
import { expect } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../src/model/json.ts';
import { eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aServe } from '../processes/setup.ts';
import { aStage, NO_COQL, ORY_ID } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

export const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
  Department: traits.team
`;

/** Person `a` has a phone and no team, `b` a team and no phone, so a misplaced value shows. */
export const person = (name: string, email: string, more: JsonObject = {}) => ({
  email,
  name: { first: name, last: `${name}son` },
  ...more,
});

/** The circumstances of a story. The tests run every combination. */
export interface Circumstances {
  readonly setting: Setting;
  /** Zoho carried out the call before the answer was lost. */
  readonly committed: boolean;
  /** Zoho is then away for some seconds, so webhooks pile up before the retry. */
  readonly down: boolean;
  /** Processes that share the store. */
  readonly processes: number;
}

const CONNECTIONS: readonly (readonly [string, Setting])[] = [
  ['COQL', {}],
  ['COQL and the Ory-id field', { oryId: true }],
  ['no COQL', NO_COQL],
  ['the Ory-id field, no COQL', { oryId: true, ...NO_COQL }],
];

export const CIRCUMSTANCES: [string, Circumstances][] = CONNECTIONS.flatMap(([how, setting]) =>
  [true, false].flatMap((committed) =>
    [false, true].map((down): [string, Circumstances] => [
      `${how}, ${committed ? 'committed' : 'not committed'}, Zoho ${down ? 'down for some seconds' : 'back at once'}`,
      { setting, committed, down, processes: 1 },
    ]),
  ),
);

interface Database {
  readonly url: string;
  readonly outbox: () => Promise<unknown[]>;
}

/** A Zoho that loses answers, an Ory, and one or more serve processes that share a store. */
export class Doubt {
  readonly stage: Stage;
  readonly #serves: readonly ServeProcess[];
  readonly #how: Circumstances;
  readonly #rows: Database['outbox'] | undefined;
  #turn = 0;

  private constructor(
    stage: Stage,
    serves: readonly ServeProcess[],
    how: Circumstances,
    rows: Database['outbox'] | undefined,
  ) {
    this.stage = stage;
    this.#rows = rows;
    this.#serves = serves;
    this.#how = how;
  }

  /** @param database a store other than a SQLite file: its URL, and how to read its outbox */
  static async begin(how: Circumstances, database?: Database): Promise<Doubt> {
    const variables = database === undefined ? {} : { DATABASE_URL: database.url };
    const setting = { mapping: MAPPING, ...how.setting };
    const stage = await aStage({ ...setting, variables });
    const others = Array.from({ length: how.processes - 1 }, () =>
      aServe(stage.sandbox, {
        folder: stage.serve.folder,
        variables: { ...variables, ...(setting.oryId === true && { ORY_ID_FIELD: ORY_ID }) },
      }),
    );
    return new Doubt(stage, [stage.serve, ...(await Promise.all(others))], how, database?.outbox);
  }

  /** Contacts are looked up before they are written. */
  get looks(): boolean {
    return this.#how.setting.without === undefined;
  }

  /** A person signs up, and the contact is created without trouble. */
  async signUp(traits: JsonObject): Promise<string> {
    const id = await this.create(traits);
    await this.tell('registration', id);
    await this.#untilIdle();
    return id;
  }

  /** Sign-ups that are sent together, because they wait for the first read of Zoho's fields. */
  async inOneBatch(...ids: string[]): Promise<void> {
    const { control } = this.stage.sandbox;
    const fields = await control.addFault({
      on: { operation: 'fields' },
      times: 'always',
      effect: { hold: 'before_commit' },
    });
    await this.tell('registration', ...ids);
    await control.waitForHeld(fields);
    await control.removeFault(fields);
  }

  /** Waits until nothing is waiting or under way. */
  async #untilIdle(): Promise<void> {
    await eventually(async () => (await this.#outbox()).length === 0);
  }

  async #outbox(): Promise<unknown[]> {
    return this.#rows === undefined ? this.stage.serve.rows('SELECT 1 FROM outbox') : this.#rows();
  }

  async create(traits: JsonObject): Promise<string> {
    return (await this.stage.sandbox.control.createIdentity({ traits })).id;
  }

  async change(id: string, traits: JsonObject): Promise<void> {
    await this.stage.sandbox.control.updateIdentity(id, { traits });
    await this.tell('settings', id);
  }

  /** Sends webhooks of these identities at once, to each process in turn. */
  async tell(event: string, ...ids: string[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        this.#turn += 1;
        const serve = this.#serves[this.#turn % this.#serves.length] ?? this.stage.serve;
        const { status } = await serve.send(await this.stage.identity(id), event);
        expect(status).toBe(200);
      }),
    );
  }

  /**
   *
   * Loses the answer to the next write. `meanwhile` puts in what comes before the retry.
   * @param begin what causes that write
   */
  async loseAnswer(
    operation: 'upsert' | 'update',
    begin: () => Promise<void>,
    meanwhile: () => Promise<void>,
  ): Promise<void> {
    const { control } = this.stage.sandbox;
    const { committed, down } = this.#how;
    const held = await control.addFault({
      on: { operation },
      effect: { hold: committed ? 'after_commit' : 'before_commit' },
    });
    await begin();
    await control.waitForHeld(held);
    // From here on Zoho does not answer, and the held call is cut.
    const away = await control.addFault({ times: 'always', effect: { cut: 'before_commit' } });
    await meanwhile();
    await control.cut(held);
    if (down) await eventually(async () => (await this.#calls()) > 0);
    await control.removeFault(away);
  }

  async #calls(): Promise<number> {
    const faults = await this.stage.sandbox.control.faults();
    return faults.filter(({ times }) => times === 'always').reduce((sum, { used }) => sum + used, 0);
  }

  /** Each identity has its own contact with its values in every field, and nothing has failed. */
  async expectAtRest(ids: readonly string[], others: readonly JsonObject[] = []): Promise<void> {
    await this.#untilIdle();
    const contacts = await this.stage.contacts();
    const shown = contacts.map(({ fields }) => valuesOf(fields)).toSorted(byEmail);
    const wanted = await Promise.all(ids.map(async (id) => this.#wanted(id)));
    expect(shown).toEqual([...wanted, ...others.map(valuesOf)].toSorted(byEmail));
  }

  async #wanted(id: string) {
    const { email, name, phone, team } = known.parse((await this.stage.identity(id)).traits);
    return valuesOf({
      Email: email,
      First_Name: name.first,
      Last_Name: name.last,
      Phone: phone ?? null,
      Department: team ?? null,
      ...(this.#how.setting.oryId === true && { [ORY_ID]: id }),
    });
  }
}

const known = z.object({
  email: z.string(),
  name: z.object({ first: z.string(), last: z.string() }),
  phone: z.string().optional(),
  team: z.string().optional(),
});

function valuesOf(fields: { readonly [name: string]: unknown }) {
  const names = ['Email', 'First_Name', 'Last_Name', 'Phone', 'Department', ORY_ID];
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
}

function byEmail(left: { [name: string]: unknown }, right: { [name: string]: unknown }): number {
  return String(left['Email']) < String(right['Email']) ? -1 : 1;
}

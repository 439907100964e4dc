import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isJsonObject } from '../../../src/model/json.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { IdentityJson } from '../../../src/sandbox/control/control.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { EVERY_CIRCUMSTANCE } from '../../circumstances.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

export const ORY_ID = 'Ory_Identity_ID';
const UNIQUE = { unique: { caseSensitive: false } };

/** How serve is connected, and what the administrator has set up in Zoho. */
export interface Setting {
  /** ORY_ID_FIELD is set, and Zoho has the field. */
  readonly oryId?: boolean;
  /** Scopes that the connection lacks. */
  readonly without?: readonly string[];
  /** Ory's admin API is configured and has proved to be the right project. */
  readonly admin?: boolean;
  /** The mapping file. The built-in mapping is the default. */
  readonly mapping?: string;
  /** Fields that Zoho keeps unique. */
  readonly unique?: readonly string[];
  readonly zoho?: SandboxOptions;
  /** More variables for serve. */
  readonly variables?: { readonly [name: string]: string };
}

export const NO_COQL = { without: ['ZohoCRM.coql.READ'] } satisfies Setting;

/** The connections that matter for rules 16 to 22. */
const ALL_CONNECTIONS: [string, Setting][] = [
  ['with neither the Ory-id field nor the admin API', {}],
  ['with the Ory-id field', { oryId: true }],
  ['without the COQL scope', NO_COQL],
  ['with the Ory-id field, without the COQL scope', { oryId: true, ...NO_COQL }],
];

/** `npm test` runs the two that differ most, `npm run test:slow` runs all. */
export function isTold({ oryId, without }: Setting): boolean {
  return EVERY_CIRCUMSTANCE || (oryId === undefined) === (without === undefined);
}

export const CONNECTIONS = ALL_CONNECTIONS.filter(([, setting]) => isTold(setting));

/** The connections that can look before they write. `npm test` runs the one that CONNECTIONS leaves out. */
export const LOOKING = ALL_CONNECTIONS.filter(
  ([, { oryId, without }]) => without === undefined && (EVERY_CIRCUMSTANCE || oryId === true),
);

export async function aStage(setting: Setting = {}): Promise<Stage> {
  const { oryId = false, without = [], unique = [] } = setting;
  const sandbox = await aSandbox({
    scopes: DEFAULT_SCOPES.filter((scope) => !without.some((lacked) => scope.startsWith(lacked))),
    fields: [
      ...(oryId ? [{ apiName: ORY_ID, dataType: 'text', length: 64, ...UNIQUE }] : []),
      ...unique.map((apiName) => ({ apiName, ...UNIQUE })),
    ],
    ...setting.zoho,
  });
  return stageWith(sandbox, setting);
}

/** Another serve with the same Zoho, with its own store or with the store of an earlier one. */
export async function stageWith(
  sandbox: Sandbox,
  setting: Setting,
  folder: string = newFolder(),
): Promise<Stage> {
  const { oryId = false, admin = false, mapping } = setting;
  if (mapping !== undefined) writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), mapping);
  const variables = { ...setting.variables, ...(oryId && { ORY_ID_FIELD: ORY_ID }) };
  const serve = await aServe(sandbox, { folder, ory: admin, variables });
  // As after a backfill: this admin URL has returned an identity that is in the ledger.
  if (admin) serve.change('UPDATE store SET ory_confirmed = 1');
  return new Stage(sandbox, serve);
}

/** A Zoho with its salespeople, an Ory with its users, and a serve between them. */
export class Stage {
  readonly sandbox: Sandbox;
  readonly serve: ServeProcess;

  constructor(sandbox: Sandbox, serve: ServeProcess) {
    this.sandbox = sandbox;
    this.serve = serve;
  }

  /** A person signs up, and the webhook is delivered. @returns the identity's id */
  async signUp(traits: JsonObject): Promise<string> {
    const { id } = await this.sandbox.control.createIdentity({ traits });
    await this.tell(id, 'registration');
    await this.settled(id, 1);
    return id;
  }

  /** A person changes the profile, and the webhook is delivered. */
  async change(id: string, traits: JsonObject): Promise<void> {
    const before = this.outcomes(id).length;
    await this.sandbox.control.updateIdentity(id, { traits });
    await this.tell(id, 'settings');
    await this.settled(id, before + 1);
  }

  /** Sends the identity's webhook with its current state in Ory. */
  async tell(id: string, event: string): Promise<void> {
    expect((await this.serve.send(await this.identity(id), event)).status).toBe(200);
  }

  async identity(id: string): Promise<IdentityJson> {
    const identity = await this.sandbox.control.identity(id);
    if (identity === null) throw new Error(`no identity ${id}`);
    return identity;
  }

  outcomes(id: string): string[] {
    return this.serve.outcomes(id);
  }

  async settled(id: string, deliveries: number): Promise<void> {
    await eventually(() => this.outcomes(id).length >= deliveries);
  }

  /** A salesperson creates a contact. @returns its id */
  async salesMakes(fields: JsonObject): Promise<string> {
    return (await this.sandbox.control.putContact(null, fields)).id;
  }

  async salesEdits(id: string, fields: JsonObject): Promise<void> {
    await this.sandbox.control.putContact(id, fields);
  }

  contacts() {
    return this.sandbox.control.contacts();
  }

  async contact(id: string) {
    const contact = await this.sandbox.control.contact(id);
    if (contact === null) throw new Error(`no contact ${id}`);
    return contact;
  }

  async onlyContact() {
    const contacts = await this.contacts();
    expect(contacts).toHaveLength(1);
    const [contact] = contacts;
    if (contact === undefined) throw new Error('no contact');
    return contact;
  }

  /** The contact to which the ledger links the identity. */
  link(id: string): unknown {
    return this.serve.rows('SELECT contact_id FROM ledger WHERE identity_id = ?', id)[0]?.['contact_id'];
  }

  /** The identity's row in the outbox. */
  row(id: string): Record<string, unknown> | undefined {
    return this.serve.rows('SELECT * FROM outbox WHERE identity_id = ?', id)[0];
  }

  /** Makes a waiting row due now. */
  hurry(id: string): void {
    this.serve.change('UPDATE outbox SET due_at = 0 WHERE identity_id = ?', id);
  }

  /**
   *
   * Checks that nothing changes in Zoho when Ory repeats a webhook, or when the person changes something
   * that is not in the contact.
   * @param outcome of that change
   */
  async staysQuiet(id: string, outcome = 'unchanged'): Promise<void> {
    const before = await this.contacts();
    await this.tell(id, 'login');
    const { traits } = await this.identity(id);
    await this.change(id, { ...(isJsonObject(traits) && traits), theme: 'dark' });
    expect(this.outcomes(id).at(-1)).toBe(outcome);
    expect(await this.contacts()).toEqual(before);
  }
}

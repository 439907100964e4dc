import { describe, expect, test } from 'vitest';
import { builtinFields } from '../../src/mapping/file/builtin-fields.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { parseMapping } from '../../src/mapping/file/mapping-file.ts';
import type { Identity } from '../../src/model/identity.ts';
import type { Json } from '../../src/model/json.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { forecast } from '../../src/sync/forecast/forecast.ts';
import type { ForecastContext } from '../../src/sync/forecast/forecast-context.ts';
import { fieldHashes } from '../../src/sync/decide/changed-fields.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { clientOf, newSandbox, newTokenCaches } from '../zoho/connected.ts';

const ID_FIELD = 'Ory_Identity_ID';
const MAPPING = `
fields:
  Email: email
  Last_Name: last_name
  Phone: phone
  Lead_Source: { value: "'Ory'", write: on-create }
`;

function identity(number: number, traits: Json = { email: `p${number}@example.org`, name: `P ${number}` }) {
  const id = `9f425a8d-7efc-4768-8f23-${String(number).padStart(12, '0')}`;
  return { id, traits, updated_at: '2026-01-02T03:04:05Z' } satisfies Identity;
}

/** Forecasts against the sandbox's Zoho, without a store. */
async function aForecaster(
  mappingText: string = MAPPING,
  options: SandboxOptions = {},
  change: Partial<ForecastContext> = {},
) {
  const sandbox = await newSandbox({
    fields: [{ apiName: ID_FIELD, unique: { caseSensitive: false } }],
    ...options,
  });
  const [cache] = await newTokenCaches(1);
  if (cache === undefined) throw new Error('no token cache');
  const { zoho } = clientOf(sandbox, cache);
  const context: ForecastContext = {
    mapping: compileMapping(parseMapping(mappingText, 'm.yaml'), { oryIdField: ID_FIELD }),
    oryIdField: ID_FIELD,
    fields: builtinFields('Contacts'),
    builtIn: false,
    store: undefined,
    zoho,
    compare: true,
    resend: false,
    signal: AbortSignal.timeout(20_000),
    ...change,
  };
  const foretell = async (...identities: readonly Identity[]) => {
    const answer = await forecast(context, identities);
    if (answer.kind !== 'forecast') throw new Error(answer.message);
    return answer.forecasts;
  };
  return { control: sandbox.control, context, foretell };
}

const fates = (fields: readonly { name: string; would: string; why: string | null }[]) =>
  Object.fromEntries(fields.map(({ name, would, why }) => [name, why === null ? would : `${would} ${why}`]));

describe('A forecast for', () => {
  test('an identity unknown to Zoho: all fields with a value, including the Ory id', async () => {
    const { foretell } = await aForecaster();
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'create', again: false });
    expect(fates(one?.fields ?? [])).toEqual({
      Email: 'write',
      Last_Name: 'write',
      Phone: 'same',
      Lead_Source: 'write',
      [ID_FIELD]: 'write',
    });
  });

  test("a contact that has this email but is not ours: adopted, with Zoho's values and the new ones", async () => {
    const { control, foretell } = await aForecaster();
    const contact = await control.putContact(null, {
      Email: 'P1@example.org',
      Last_Name: 'Other',
      Lead_Source: 'Web',
    });
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'update', contactId: contact.id, foundBy: 'email' });
    expect(fates(one?.fields ?? [])).toEqual({
      Email: 'write',
      Last_Name: 'write',
      Phone: 'same',
      Lead_Source: 'keep on_create',
      [ID_FIELD]: 'write',
    });
    expect(one?.fields.find(({ name }) => name === 'Last_Name')).toMatchObject({ has: 'Other', value: '1' });
  });

  test('the same under `adopt: fill`: fields with a value are kept', async () => {
    const { control, foretell } = await aForecaster(`adopt: fill${MAPPING}`);
    await control.putContact(null, { Email: 'p1@example.org', Last_Name: 'Other' });
    const [one] = await foretell(identity(1, { email: 'p1@example.org', name: 'P 1', phone: '+49301' }));
    expect(fates(one?.fields ?? [])).toMatchObject({ Last_Name: 'keep filled', Phone: 'write' });
  });

  test('a contact that has the Ory id and the right values: nothing to do', async () => {
    const { control, foretell } = await aForecaster();
    const fields = { Email: 'p1@example.org', Last_Name: '1', [ID_FIELD]: identity(1).id };
    const { id } = await control.putContact(null, fields);
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'unchanged', contactId: id, foundBy: 'ory_id' });
  });

  test('a contact with the id of another identity: left to delivery', async () => {
    const { control, foretell } = await aForecaster();
    await control.putContact(null, {
      Email: 'p1@example.org',
      Last_Name: 'P',
      [ID_FIELD]: identity(2).id,
    });
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'contest', ownerId: identity(2).id });
  });

  test('identities that are excluded by `when`, and without an email', async () => {
    const { foretell } = await aForecaster(`when: traits.in${MAPPING}`);
    const [out] = await foretell(identity(1));
    expect(out?.outcome).toMatchObject({ would: 'skip', reason: 'when', contactIds: [] });
    const { context } = await aForecaster(MAPPING, {}, { oryIdField: null });
    const answer = await forecast({ ...context, mapping: compileMapping(parseMapping(MAPPING, 'm')) }, [
      identity(1, { username: 'ann' }),
    ]);
    expect(answer).toMatchObject({ forecasts: [{ outcome: { would: 'skip', reason: 'no_email' } }] });
  });

  test('a value that does not fit its field: left out, with the reason', async () => {
    const { foretell } = await aForecaster(`${MAPPING}  Email_Opt_Out: traits.out\n`);
    const [one] = await foretell(identity(1, { email: 'p1@example.org', out: 'maybe' }));
    expect(one?.fields.find(({ name }) => name === 'Email_Opt_Out')).toMatchObject({
      would: 'leave_out',
      problem: expect.stringContaining('true or false'),
    });
  });

  test('a text that is cut: its original length', async () => {
    const { foretell } = await aForecaster();
    const [one] = await foretell(identity(1, { email: 'p1@example.org', last_name: 'x'.repeat(100) }));
    expect(one?.fields.find(({ name }) => name === 'Last_Name')).toMatchObject({
      would: 'write',
      value: 'x'.repeat(80),
      cutFrom: 100,
    });
  });
});

describe('With a store, a forecast for', () => {
  const known = async (columns: Readonly<Record<string, string | number>>) => {
    const { store } = await openSqliteStore();
    const entries = Object.entries({ identity_id: identity(1).id, ...columns });
    const names = entries.map(([name]) => name).join(', ');
    const places = entries.map((_, index) => `$${index + 1}`).join(', ');
    const values = entries.map(([, value]) => value);
    await store.database.write((sql) => sql.run(`INSERT INTO ledger (${names}) VALUES (${places})`, values));
    return store;
  };

  test('an erased identity: skipped, and Zoho is not asked', async () => {
    const store = await known({ erased_at: 1 });
    const { control, foretell } = await aForecaster(MAPPING, {}, { store });
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'skip', reason: 'erased' });
    expect(fates(one?.fields ?? [])).toMatchObject({ Email: 'mapped', Last_Name: 'mapped' });
    expect((await control.counters()).calls).toMatchObject({ coql: 0 });
  });

  test('a linked contact, not compared: Zoho is only asked whether it exists', async () => {
    const { store } = await openSqliteStore();
    const { control, foretell } = await aForecaster(MAPPING, {}, { store, compare: false });
    const { id } = await control.putContact(null, { Email: 'p1@example.org', Last_Name: 'P' });
    await store.database.write((sql) =>
      sql.run('INSERT INTO ledger (identity_id, contact_id) VALUES ($1, $2)', [identity(1).id, id]),
    );
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'update', contactId: id, foundBy: 'link' });
    expect(fates(one?.fields ?? [])).toMatchObject({ Email: 'write', Lead_Source: 'keep on_create' });
    expect((await control.counters()).calls).toMatchObject({ coql: 1 });
    await control.deleteContact(id);
    const [again] = await foretell(identity(1));
    expect(again?.outcome).toMatchObject({ would: 'create', again: true });
  });

  test('a contact that is linked to another identity: left to delivery', async () => {
    const { store } = await openSqliteStore();
    const { control, foretell } = await aForecaster(MAPPING, {}, { store });
    const { id } = await control.putContact(null, { Email: 'p1@example.org', Last_Name: 'P' });
    await store.database.write((sql) =>
      sql.run('INSERT INTO ledger (identity_id, contact_id) VALUES ($1, $2)', [identity(2).id, id]),
    );
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toEqual({ would: 'contest', contactId: id, ownerId: identity(2).id });
  });
});

describe('A forecast if Zoho refuses', () => {
  const PHONE = { email: 'p1@example.org', name: 'P 1', phone: '+49301' };
  const withDepartment = (mandatory: boolean) => {
    const fields = builtinFields('Contacts');
    const meta = { apiName: 'Department', dataType: 'text', unique: false, mandatory, writable: true };
    return new Map([...fields, ['Department', meta]]);
  };

  test.each([
    ['not mandatory', MAPPING, PHONE, false, 'create'],
    ['mandatory and not mapped', MAPPING, PHONE, true, 'fail'],
    ['mandatory and mapped, without a value', `${MAPPING}  Department: traits.in\n`, PHONE, true, 'fail'],
    ['mandatory and mapped', `${MAPPING}  Department: traits.in\n`, { ...PHONE, in: 'IT' }, true, 'create'],
    [
      'mandatory, for new contacts only',
      `${MAPPING}  Department: { value: "'IT'", write: on-create }\n`,
      PHONE,
      true,
      'create',
    ],
  ])('a newcomer, if a field is %s', async (_which, mapping, traits, mandatory, would) => {
    const { foretell } = await aForecaster(mapping, {}, { fields: withDepartment(mandatory) });
    const [one] = await foretell(identity(1, traits));
    const why = { reason: 'zoho_mandatory_not_found', field: 'Department' };
    expect(one?.outcome).toMatchObject({ would, ...(would === 'fail' && why) });
  });

  test('an existing contact needs no mandatory field', async () => {
    const { control, foretell } = await aForecaster(MAPPING, {}, { fields: withDepartment(true) });
    await control.putContact(null, { Email: 'p1@example.org', Last_Name: 'Other' });
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toMatchObject({ would: 'update' });
  });

  test.each([
    ['a linked contact', true, 'unchanged', 'keep refused'],
    ['a newcomer', false, 'create', 'leave_out refused'],
  ])('a value that was refused, for %s, even if it is sent again', async (_who, linked, would, fate) => {
    const { store } = await openSqliteStore();
    const { control, foretell, context } = await aForecaster(MAPPING, {}, { store, resend: true });
    const fields = { Email: 'p1@example.org', Last_Name: '1', [ID_FIELD]: identity(1).id };
    const link = linked ? (await control.putContact(null, fields)).id : null;
    const hash = fieldHashes(store.hmac, context.mapping.hash, context.fields);
    const refused = JSON.stringify({ Phone: hash.refused('Phone', '+49301') });
    await store.database.write((sql) =>
      sql.run('INSERT INTO ledger (identity_id, contact_id, refused) VALUES ($1, $2, $3)', [
        identity(1).id,
        link,
        refused,
      ]),
    );
    const [one] = await foretell(identity(1, PHONE));
    expect(one?.outcome).toMatchObject({ would });
    expect(fates(one?.fields ?? [])).toMatchObject({ Phone: fate });
    const [other] = await foretell(identity(1, { ...PHONE, phone: '+49302' }));
    expect(fates(other?.fields ?? [])).toMatchObject({ Phone: 'write' });
  });
});

describe('Forecasts', () => {
  test('for 100 identities ask Zoho twice, come in order, and write nothing', async () => {
    const { control, foretell } = await aForecaster();
    await control.putContact(null, { Email: 'p77@example.org', Last_Name: 'Other' });
    const identities = Array.from({ length: 100 }, (_, index) => identity(index));
    const all = await foretell(...identities);
    expect(all.map((one) => one.identity.id)).toEqual(identities.map(({ id }) => id));
    expect(all.filter(({ outcome }) => outcome.would === 'update').map((one) => one.identity.id)).toEqual([
      identity(77).id,
    ]);
    const { calls } = await control.counters();
    expect(calls).toMatchObject({ coql: 2, upsert: 0, update: 0 });
  });

  test('without the COQL scope: do not include what only Zoho decides, nor fields of new contacts', async () => {
    const scopes = ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.settings.fields.READ'];
    const { foretell } = await aForecaster(MAPPING, { scopes });
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toEqual({ would: 'upsert' });
    expect(fates(one?.fields ?? [])).toMatchObject({ Email: 'write', Lead_Source: 'mapped on_create' });
  });

  test('without Zoho: have the mapped values, and say that the rest is unknown', async () => {
    const { foretell } = await aForecaster(MAPPING, {}, { zoho: undefined });
    const [one] = await foretell(identity(1));
    expect(one?.outcome).toEqual({ would: 'unknown' });
    expect(fates(one?.fields ?? [])).toMatchObject({ Email: 'mapped', Lead_Source: 'mapped on_create' });
  });

  test('if Zoho does not answer: have the reason', async () => {
    const { control, context } = await aForecaster();
    await control.setDown(true);
    const answer = await forecast(context, [identity(1)]);
    expect(answer).toMatchObject({ pause: 'zoho_unavailable' });
    await control.setDown(false);
  });
});

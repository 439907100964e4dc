/** Two of our own identities and one value that Zoho keeps unique (rules 20 and 21). */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { FaultEffect } from '../../../src/sandbox/call/faults.ts';
import { eventually } from '../processes/serve-process.ts';
import { aServe } from '../processes/setup.ts';
import { aStage, CONNECTIONS, stageWith } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const PHONES = ['+491701111111', '+491702222222', '+491703333333', '+491704444444'] as const;
const MOBILES = ['+491715555555', '+491716666666'] as const;
/** Made from traits that Ory allows two identities to share. */
const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: traits.desk
  Mobile: traits.mobile
`;

const person = (name: string, phone: string, more: JsonObject = {}) => ({
  email: `${name.toLowerCase()}@example.org`,
  name: { first: name, last: `${name}son` },
  desk: phone,
  ...more,
});

/** Nothing waits, nothing has failed. */
async function allDelivered(stage: Stage): Promise<void> {
  await eventually(() => stage.serve.rows('SELECT 1 FROM outbox').length === 0);
}

const aUniqueStage = (setting: Setting) => aStage({ mapping: MAPPING, ...setting });

async function fieldsOf(stage: Stage, ids: readonly string[], ...names: string[]) {
  const contacts = await Promise.all(ids.map((id) => stage.contact(String(stage.link(id)))));
  return contacts.map(({ fields }) => names.map((name) => fields[name]));
}

/**
 * All change at once, and no webhook waits for the outcome of another. Ory never lets two share an email,
 * even briefly.
 */
async function changeAtOnce(
  stage: Stage,
  changes: readonly (readonly [string, JsonObject])[],
): Promise<void> {
  const { control } = stage.sandbox;
  for (const [id, traits] of changes) {
    await control.updateIdentity(id, { traits: { ...traits, email: `${id}@example.org` } });
  }
  for (const [id, traits] of changes) await control.updateIdentity(id, { traits });
  await Promise.all(changes.map(([id]) => stage.tell(id, 'settings')));
}

describe.each(CONNECTIONS)('a phone that Zoho keeps unique, %s', (_how, setting) => {
  const unique = { ...setting, unique: ['Phone'] };

  it('belongs to another identity: it is written once the other one has a new phone, without an operator', async () => {
    const stage = await aUniqueStage(unique);
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[0]));
    expect(stage.outcomes(bob)).toEqual(['failed duplicate_Phone']);
    expect(stage.row(bob)).toMatchObject({ message: expect.stringContaining(ann), waits_for: ann });
    // The other changes are written while Bob still waits.
    await stage.change(bob, person('Bobby', PHONES[0]));
    expect(stage.row(bob)).toMatchObject({ state: 'failed', waits_for: ann });
    expect(await fieldsOf(stage, [bob], 'First_Name', 'Phone')).toEqual([['Bobby', null]]);

    await stage.change(ann, person('Ann', PHONES[1]));
    await allDelivered(stage);
    expect(await fieldsOf(stage, [ann, bob], 'Phone')).toEqual([[PHONES[1]], [PHONES[0]]]);
    await stage.staysQuiet(ann);
    await stage.staysQuiet(bob);
  });

  it('stays with the other one after its delivery: the first waits on, and no call is repeated', async () => {
    const stage = await aUniqueStage(unique);
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[0]));
    await stage.change(ann, person('Anna', PHONES[0]));
    await stage.settled(bob, 2);
    expect(stage.outcomes(bob)).toEqual(['failed duplicate_Phone', 'failed duplicate_Phone']);
    expect(stage.row(bob)).toMatchObject({ state: 'failed', waits_for: ann });
    expect(await fieldsOf(stage, [ann, bob], 'Phone')).toEqual([[PHONES[0]], [null]]);
  });

  it('is swapped by two', async () => {
    const stage = await aUniqueStage(unique);
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[1]));
    await changeAtOnce(stage, [
      [ann, person('Anna', PHONES[1])],
      [bob, person('Bobby', PHONES[0])],
    ]);
    await allDelivered(stage);
    expect(await fieldsOf(stage, [ann, bob], 'First_Name', 'Phone')).toEqual([
      ['Anna', PHONES[1]],
      ['Bobby', PHONES[0]],
    ]);
    expect(await stage.contacts()).toHaveLength(2);
    await stage.staysQuiet(ann);
    await stage.staysQuiet(bob);
  });

  it('is passed round by three', async () => {
    const stage = await aUniqueStage(unique);
    const names = ['Ann', 'Bob', 'Cat'];
    const ids: string[] = [];
    for (const [at, name] of names.entries()) ids.push(await stage.signUp(person(name, PHONES[at] ?? '')));
    const wanted = [PHONES[1], PHONES[2], PHONES[0]];
    await changeAtOnce(
      stage,
      ids.map((id, at) => [id, person(names[at] ?? '', wanted[at] ?? '')]),
    );
    await allDelivered(stage);
    expect(await fieldsOf(stage, ids, 'Phone')).toEqual(wanted.map((phone) => [phone]));
    for (const id of ids) await stage.staysQuiet(id);
  });
});

describe.each(CONNECTIONS)('an email that Zoho keeps unique, %s', (_how, setting) => {
  it('is swapped by two', async () => {
    const stage = await aUniqueStage({ ...setting, unique: ['Email'] });
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[1]));
    const links = [stage.link(ann), stage.link(bob)];
    await changeAtOnce(stage, [
      [ann, person('Ann', PHONES[0], { email: 'bob@example.org' })],
      [bob, person('Bob', PHONES[1], { email: 'ann@example.org' })],
    ]);
    await allDelivered(stage);
    expect(await fieldsOf(stage, [ann, bob], 'First_Name', 'Email')).toEqual([
      ['Ann', 'bob@example.org'],
      ['Bob', 'ann@example.org'],
    ]);
    expect([stage.link(ann), stage.link(bob)]).toEqual(links);
    expect(await stage.contacts()).toHaveLength(2);
    await stage.staysQuiet(ann);
    await stage.staysQuiet(bob);
    // The store knows the right emails: a sign-up with a free one gets a contact.
    await stage.change(ann, person('Ann', PHONES[0], { email: 'ann.lee@example.org' }));
    const newcomer = await stage.signUp(person('Eve', PHONES[2], { email: 'bob@example.org' }));
    expect(stage.outcomes(newcomer)).toEqual(['created']);
    expect(await stage.contacts()).toHaveLength(3);
  });
});

describe('several fields that Zoho keeps unique', () => {
  const setting = { unique: ['Phone', 'Mobile', 'Email'] };

  it.each<[string, Setting]>([
    ['Zoho names all', {}],
    ['Zoho names the first', { zoho: { errorsNamed: 'first' } }],
  ])('are swapped together, %s', async (_how, more) => {
    const stage = await aUniqueStage({ ...setting, ...more });
    const ann = await stage.signUp(person('Ann', PHONES[0], { mobile: MOBILES[0] }));
    const bob = await stage.signUp(person('Bob', PHONES[1], { mobile: MOBILES[1] }));
    await changeAtOnce(stage, [
      [ann, person('Ann', PHONES[1], { mobile: MOBILES[1], email: 'bob@example.org' })],
      [bob, person('Bob', PHONES[0], { mobile: MOBILES[0], email: 'ann@example.org' })],
    ]);
    await allDelivered(stage);
    expect(await fieldsOf(stage, [ann, bob], 'Email', 'Phone', 'Mobile')).toEqual([
      ['bob@example.org', PHONES[1], MOBILES[1]],
      ['ann@example.org', PHONES[0], MOBILES[0]],
    ]);
    await stage.staysQuiet(ann);
    await stage.staysQuiet(bob);
  });

  it('one takes the phone of the other, who takes the mobile of the first', async () => {
    const stage = await aUniqueStage(setting);
    const ann = await stage.signUp(person('Ann', PHONES[0], { mobile: MOBILES[0] }));
    const bob = await stage.signUp(person('Bob', PHONES[1]));
    await changeAtOnce(stage, [
      [ann, person('Ann', PHONES[1], { mobile: '+491717777777' })],
      [bob, person('Bob', PHONES[2], { mobile: MOBILES[0] })],
    ]);
    await allDelivered(stage);
    expect(await fieldsOf(stage, [ann, bob], 'Phone', 'Mobile')).toEqual([
      [PHONES[1], '+491717777777'],
      [PHONES[2], MOBILES[0]],
    ]);
  });
});

describe('two swap a unique value, and the answer to the call that clears one of them is lost', () => {
  const effects: [string, FaultEffect][] = [
    ['before Zoho did it', { cut: 'before_commit' }],
    ['after Zoho did it', { cut: 'after_commit' }],
  ];
  const cases = CONNECTIONS.flatMap(([how, setting]) =>
    (['Phone', 'Email'] as const).flatMap((field) =>
      effects.map(([when, effect]) => [field, how, when, setting, effect] as const),
    ),
  );
  const swapped = (field: 'Phone' | 'Email') => [
    person('Ann', PHONES[field === 'Phone' ? 1 : 0], field === 'Email' ? { email: 'bob@example.org' } : {}),
    person('Bob', PHONES[field === 'Phone' ? 0 : 1], field === 'Email' ? { email: 'ann@example.org' } : {}),
  ];

  async function aSwap(field: 'Phone' | 'Email', setting: Setting, effect: FaultEffect) {
    const stage = await aUniqueStage({ ...setting, unique: [field] });
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[1]));
    const on = { operation: 'update', containing: `"${field}":null` } as const;
    const fault = await stage.sandbox.control.addFault({ on, effect });
    const [anns = {}, bobs = {}] = swapped(field);
    await changeAtOnce(stage, [
      [ann, anns],
      [bob, bobs],
    ]);
    return { stage, ids: [ann, bob], fault };
  }

  async function expectSwapped(stage: Stage, field: 'Phone' | 'Email', ids: readonly string[]) {
    await allDelivered(stage);
    const values = field === 'Phone' ? [PHONES[1], PHONES[0]] : ['bob@example.org', 'ann@example.org'];
    expect(await fieldsOf(stage, ids, field)).toEqual(values.map((value) => [value]));
    expect(await stage.contacts()).toHaveLength(2);
    for (const id of ids) await stage.staysQuiet(id);
  }

  it.each(cases)('%s, %s, %s', async (field, _how, _when, setting, effect) => {
    const { stage, ids } = await aSwap(field, setting, effect);
    await expectSwapped(stage, field, ids);
    const faults = await stage.sandbox.control.faults();
    expect(faults.map(({ used }) => used)).toEqual([1]);
  });

  it.each(['Phone', 'Email'] as const)(
    '%s, serve is killed after Zoho carried out the call',
    async (field) => {
      const { stage, ids, fault } = await aSwap(field, {}, { hold: 'after_commit' });
      await stage.sandbox.control.waitForHeld(fault);
      await stage.serve.kill();
      await stage.sandbox.control.removeFault(fault);
      stage.serve.change('UPDATE outbox SET lease_until = 0 WHERE lease_until IS NOT NULL');
      const second = await stageWith(
        stage.sandbox,
        { mapping: MAPPING, unique: [field] },
        stage.serve.folder,
      );
      await expectSwapped(second, field, ids);
    },
  );
});

describe('a unique field that must not be empty', () => {
  it('is never cleared: both fail, and each names the contact of the other', async () => {
    const email = { apiName: 'Email', unique: { caseSensitive: false }, mandatory: true };
    const stage = await aUniqueStage({ zoho: { fields: [email] } });
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[1]));
    const links = [ann, bob].map((id) => String(stage.link(id)));
    await stage.sandbox.control.addFault({
      on: { operation: 'update', containing: '"Email":null' },
      times: 'always',
      effect: { latencyMs: 1 },
    });
    await changeAtOnce(stage, [
      [ann, person('Ann', PHONES[0], { email: 'bob@example.org' })],
      [bob, person('Bob', PHONES[1], { email: 'ann@example.org' })],
    ]);
    await eventually(() => [ann, bob].every((id) => stage.row(id)?.['state'] === 'failed'));
    expect(stage.row(ann)).toMatchObject({ reason: 'duplicate_Email', waits_for: bob });
    expect(stage.row(ann)?.['message']).toContain(links[1]);
    expect(stage.row(bob)).toMatchObject({ reason: 'duplicate_Email', waits_for: ann });
    expect(stage.row(bob)?.['message']).toContain(links[0]);
    expect(await fieldsOf(stage, [ann, bob], 'Email')).toEqual([['ann@example.org'], ['bob@example.org']]);

    expect((await stage.sandbox.control.faults()).map(({ used }) => used)).toEqual([0]);

    // One of them gives way in Ory.
    await stage.change(ann, person('Ann', PHONES[0], { email: 'ann.lee@example.org' }));
    await allDelivered(stage);
    expect(await fieldsOf(stage, [ann, bob], 'Email')).toEqual([
      ['ann.lee@example.org'],
      ['ann@example.org'],
    ]);
  });

  it('because of a layout the field list does not show: both fail, and no call is repeated', async () => {
    const stage = await aUniqueStage({ unique: ['Phone'] });
    const ann = await stage.signUp(person('Ann', PHONES[0]));
    const bob = await stage.signUp(person('Bob', PHONES[1]));
    const details = { api_name: 'Phone', json_path: '$.data[0].Phone' };
    const refusal = {
      code: 'MANDATORY_NOT_FOUND',
      details,
      message: 'required field not found',
      status: 'error',
    };
    await stage.sandbox.control.addFault({
      on: { operation: 'update', containing: '"Phone":null' },
      times: 'always',
      effect: { status: 400, body: JSON.stringify({ data: [refusal] }) },
    });
    await changeAtOnce(stage, [
      [ann, person('Ann', PHONES[1])],
      [bob, person('Bob', PHONES[0])],
    ]);
    await eventually(() => [ann, bob].every((id) => stage.row(id)?.['state'] === 'failed'));
    expect((await stage.sandbox.control.faults())[0]?.used).toBeLessThan(4);
    for (const id of [ann, bob]) expect(stage.row(id)).toMatchObject({ reason: 'duplicate_Phone' });
    expect(await fieldsOf(stage, [ann, bob], 'Phone')).toEqual([[PHONES[0]], [PHONES[1]]]);
  });
});

it('two swap while the second contact is locked: the one that gave way fails, but gets its value in the end', async () => {
  const stage = await aUniqueStage({ unique: ['Phone'] });
  const ann = await stage.signUp(person('Ann', PHONES[0]));
  const bob = await stage.signUp(person('Bob', PHONES[1]));
  await stage.change(ann, person('Ann', PHONES[1]));
  expect(stage.row(ann)).toMatchObject({ state: 'failed', waits_for: bob });
  await stage.sandbox.control.setRecordState(String(stage.link(ann)), 'locked');
  await changeAtOnce(stage, [[bob, person('Bob', PHONES[0])]]);
  await stage.settled(bob, 2);
  expect(await fieldsOf(stage, [bob], 'Phone')).toEqual([[null]]);
  expect(stage.outcomes(bob)).toEqual(['created', 'failed duplicate_Phone']);
  await stage.sandbox.control.setRecordState(String(stage.link(ann)), 'free');
  stage.hurry(ann);
  await allDelivered(stage);
  expect(await fieldsOf(stage, [ann, bob], 'Phone')).toEqual([[PHONES[1]], [PHONES[0]]]);
});

/** Zoho refuses one record, as if the named contact had the phone. */
function refusal(contactId: string): FaultEffect {
  const module = { api_name: 'Contacts', id: '1' };
  const record = { id: contactId, Owner: { id: '7328395000000001', name: 'Sales' }, module };
  const details = { id: contactId, more_records: false, duplicate_record: record, api_name: 'Phone' };
  const error = { code: 'DUPLICATE_DATA', details, message: 'duplicate data', status: 'error' };
  return { status: 400, body: JSON.stringify({ data: [error] }) };
}

it('two swap, and Zoho still refuses both after both gave way: they wait 15 minutes, fail, and do not wake each other', async () => {
  const stage = await aUniqueStage({ unique: ['Phone'] });
  const { control } = stage.sandbox;
  const ann = await stage.signUp(person('Ann', PHONES[0]));
  const bob = await stage.signUp(person('Bob', PHONES[1]));
  const faults = [];
  for (const [phone, other] of [
    [PHONES[1], bob],
    [PHONES[0], ann],
  ] as const) {
    const on = { operation: 'update', containing: `"Phone":"${phone}"` } as const;
    const effect = refusal(String(stage.link(other)));
    faults.push(await control.addFault({ on, times: 'always', effect }));
  }
  await changeAtOnce(stage, [
    [ann, person('Ann', PHONES[1])],
    [bob, person('Bob', PHONES[0])],
  ]);
  const marks = (id: string) => String(stage.row(id)?.['marks']);
  await eventually(() => [ann, bob].every((id) => marks(id).includes('"cleared":true')));
  const rests = "lease_token IS NULL AND due_at > unixepoch('subsec') * 1000 + 1000";
  const busy = `SELECT 1 FROM outbox WHERE state = 'waiting' AND NOT (${rests})`;
  await eventually(() => stage.serve.rows(busy).length === 0);
  // If one settles while the other is on its way, the other waits once more.
  const old = 'UPDATE outbox SET waits_since = waits_since - 900001, due_at = 0';
  await eventually(() => {
    stage.serve.change(`${old} WHERE state = 'waiting' AND ${rests}`);
    return [ann, bob].every((id) => stage.row(id)?.['state'] === 'failed');
  });
  for (const id of [ann, bob]) expect(stage.row(id)).toMatchObject({ reason: 'duplicate_Phone' });
  const used = (await control.faults()).reduce((sum, one) => sum + one.used, 0);
  expect(used).toBeLessThan(20);

  for (const fault of faults) await control.removeFault(fault);
  await stage.change(ann, person('Anna', PHONES[1]));
  await allDelivered(stage);
  expect(await fieldsOf(stage, [ann, bob], 'Phone')).toEqual([[PHONES[1]], [PHONES[0]]]);
  await stage.staysQuiet(bob);
});

/** Which of four phones each has next: by a swap, by a ring, or by taking one that is given up. */
const PERMUTATIONS = [
  [1, 0, 3, 2],
  [1, 2, 3, 0],
  [3, 0, 1, 2],
  [2, 3, 0, 1],
  [0, 3, 2, 1],
  [1, 3, 0, 2],
  [3, 1, 2, 0],
  [2, 0, 1, 3],
];

it('four pass their phones round again and again, through two processes', async () => {
  const stage = await aUniqueStage({ unique: ['Phone'] });
  const other = await aServe(stage.sandbox, { folder: stage.serve.folder });
  const names = ['Ann', 'Bob', 'Cat', 'Dan'];
  const ids: string[] = [];
  for (const [at, name] of names.entries()) ids.push(await stage.signUp(person(name, PHONES[at] ?? '')));
  for (const permutation of PERMUTATIONS) {
    const wanted = permutation.map((at) => PHONES[at] ?? '');
    await Promise.all(
      ids.map(async (id, at) => {
        const traits = person(names[at] ?? '', wanted[at] ?? '');
        await stage.sandbox.control.updateIdentity(id, { traits });
        const serve = at % 2 === 0 ? stage.serve : other;
        expect((await serve.send(await stage.identity(id), 'settings')).status).toBe(200);
      }),
    );
    // Every second time the next change comes before all values have arrived.
    if (PERMUTATIONS.indexOf(permutation) % 2 === 0) continue;
    await allDelivered(stage);
    expect(await fieldsOf(stage, ids, 'Phone')).toEqual(wanted.map((phone) => [phone]));
  }
  expect(await stage.contacts()).toHaveLength(4);
});

import { describe, expect, test } from 'vitest';
import type { FoundContact } from '../../model/contact.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import { fieldHashes } from './changed-fields.ts';
import { decide } from './decide.ts';
import type { DecideInput } from './decide-input.ts';
import type { DecideRules } from './decide-rules.ts';
import type { Plan } from './plan.ts';

const ME = '0f1c2d3e-0000-4000-8000-000000000001';
const OTHER = '0f1c2d3e-0000-4000-8000-000000000002';
const EMAIL = 'a@example.com';

const hash = fieldHashes((text) => `hmac(${text})`, 'mapping', new Map());

function field(value: MappedField['value'], change: Partial<MappedField> = {}): MappedField {
  return { value, write: 'always', clear: true, madeUp: false, ...change };
}

const onCreate = (value: MappedField['value']) => field(value, { write: 'on-create' });
const madeUp = (value: MappedField['value']) =>
  field(value, { write: 'on-create', clear: false, madeUp: true });

const FIELDS = { Email: field(EMAIL), Last_Name: field('Doe'), Lead_Source: onCreate('Ory') };

function mapped(change: { [name: string]: MappedField } = {}) {
  return new Map<string, MappedField>(Object.entries({ ...FIELDS, ...change }));
}

function input(change: Partial<DecideInput> = {}): DecideInput {
  return {
    identityId: ME,
    standing: 'here',
    policy: null,
    when: true,
    emailState: 'unlisted',
    fields: mapped(),
    otherwise: new Map(),
    tagged: [],
    contactId: null,
    linkGone: false,
    compare: false,
    deleted: false,
    remembered: { sent: {}, refused: {} },
    inDoubt: new Set(),
    made: false,
    found: undefined,
    duplicateOf: null,
    owners: new Map(),
    ...change,
  };
}

const RULES: DecideRules = {
  adopt: 'overwrite',
  adoptUnverified: true,
  recreate: true,
  otherwise: 'leave',
  deleted: 'leave',
  tags: [],
  oryIdField: null,
  uniqueFields: new Set(['Email']),
  ownNames: ['Email', 'Last_Name', 'Lead_Source'],
  mandatory: new Set(['Last_Name']),
};
const FILL: DecideRules = { ...RULES, adopt: 'fill' };
const WITH_ID: DecideRules = { ...RULES, oryIdField: 'Ory_Id', uniqueFields: new Set(['Ory_Id']) };

const contact = (id: string, fields: FoundContact['fields'] = {}): FoundContact => ({
  id,
  fields: { Email: EMAIL, Last_Name: 'Doe', Lead_Source: null, Ory_Id: null, ...fields },
});

/** All fields, as already sent. */
const SENT = { Email: hash.sent('Email', EMAIL), Last_Name: hash.sent('Last_Name', 'Doe') };
const linked = (change: Partial<DecideInput> = {}) =>
  input({ contactId: '1', remembered: { sent: SENT, refused: {} }, ...change });

interface Case {
  readonly says: string;
  readonly input: DecideInput;
  readonly rules?: DecideRules;
  readonly plan: object;
}

describe.each<[string, Case[]]>([
  [
    'Skipped',
    [
      {
        says: 'an identity that the mapping excludes',
        input: input({ when: false }),
        plan: { do: 'skip', reason: 'when' },
      },
      {
        says: 'an identity that the mapping cannot judge from a hint',
        input: input({ when: 'unknown' }),
        plan: { do: 'skip', reason: 'needs_full_webhook' },
      },
      {
        says: 'without an email, no contact can be found or made',
        input: input({ fields: mapped({ Email: field(null) }) }),
        plan: { do: 'skip', reason: 'no_email' },
      },
      {
        says: 'an identity that is gone from Ory',
        input: linked({ deleted: true, fields: mapped({ Last_Name: field('Roe') }) }),
        plan: { do: 'skip', reason: 'deleted', contactId: '1' },
      },
    ],
  ],
  [
    'Rule 18: linked',
    [
      { says: 'nothing changed, no call', input: linked(), plan: { do: 'unchanged', contactId: '1' } },
      {
        says: 'only the changed field',
        input: linked({ fields: mapped({ Last_Name: field('Roe') }) }),
        plan: { do: 'update', contactId: '1', fields: { Last_Name: 'Roe' } },
      },
      {
        says: 'a new email goes to the same contact',
        input: linked({ fields: mapped({ Email: field('b@example.com') }) }),
        plan: { do: 'update', contactId: '1', fields: { Email: 'b@example.com' } },
      },
      {
        says: 'a field in doubt is sent again',
        input: linked({ inDoubt: new Set(['Last_Name']) }),
        plan: { do: 'update', contactId: '1', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'without an email, it is still the same contact',
        input: linked({ fields: mapped({ Email: field(null) }) }),
        plan: { do: 'update', contactId: '1', fields: { Email: null } },
      },
    ],
  ],
  [
    'Rule 4: linked, and to be compared with Zoho',
    [
      { says: 'is looked up first', input: linked({ compare: true }), plan: { do: 'look_up' } },
      {
        says: 'a change by a person in Zoho is overwritten, even if the hash says that our value was sent',
        input: linked({ compare: true, found: [contact('1', { Last_Name: 'Changed' })] }),
        plan: { do: 'update', contactId: '1', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'equal: nothing to write',
        input: linked({ compare: true, found: [contact('1')] }),
        plan: { do: 'unchanged', contactId: '1' },
      },
      {
        says: 'another contact with the email is not used',
        input: linked({ compare: true, found: [contact('2', { Last_Name: 'Roe' }), contact('1')] }),
        plan: { do: 'unchanged', contactId: '1' },
      },
      {
        says: 'if lookups are not allowed, everything is sent',
        input: linked({ compare: true, found: 'no_scope' }),
        plan: { do: 'update', contactId: '1', fields: { Email: EMAIL, Last_Name: 'Doe' } },
      },
    ],
  ],
  [
    'Rule 16: not linked',
    [
      { says: 'is looked up first', input: input(), plan: { do: 'look_up' } },
      {
        says: 'if there is none, everything is inserted, matched by email',
        input: input({ found: [] }),
        plan: {
          do: 'insert',
          fields: { Email: EMAIL, Last_Name: 'Doe', Lead_Source: 'Ory' },
          matchBy: ['Email'],
          afterwards: {},
          afterInsert: {},
        },
      },
      {
        says: 'by the Ory id before the email, if it is configured',
        input: input({ found: [], fields: mapped({ Ory_Id: field(ME) }) }),
        rules: WITH_ID,
        plan: { do: 'insert', fields: { Ory_Id: ME, Email: EMAIL }, matchBy: ['Ory_Id', 'Email'] },
      },
      {
        says: 'by the Ory id alone without an email',
        input: input({ found: [], fields: mapped({ Email: field(null), Ory_Id: field(ME) }) }),
        rules: WITH_ID,
        plan: { do: 'insert', matchBy: ['Ory_Id'] },
      },
    ],
  ],
  [
    'Rule 17: found, with `adopt_unverified: false`',
    [
      {
        says: 'an unverified email takes over no contact that we did not make',
        input: input({ emailState: 'unverified', found: [contact('3')] }),
        rules: { ...RULES, adoptUnverified: false },
        plan: { do: 'skip', reason: 'unverified_match', contactId: null, matchId: '3' },
      },
      {
        says: 'nor does one whose state is unknown',
        input: input({ emailState: 'unknown', found: [contact('3')] }),
        rules: { ...RULES, adoptUnverified: false },
        plan: { do: 'skip', reason: 'unverified_match' },
      },
      {
        says: 'a verified one does, and so does one that Ory does not verify at all',
        input: input({ emailState: 'verified', found: [contact('3', { Last_Name: 'Roe' })] }),
        rules: { ...RULES, adoptUnverified: false },
        plan: { do: 'update', contactId: '3', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'a contact with our Ory id is ours',
        input: input({
          emailState: 'unverified',
          fields: mapped({ Ory_Id: field(ME) }),
          found: [contact('3', { Ory_Id: ME })],
        }),
        rules: { ...WITH_ID, adoptUnverified: false },
        plan: { do: 'unchanged', contactId: '3' },
      },
      ...(['made', 'found'] as const).map((origin) => ({
        says: `for a contact that another identity gave up, its origin counts: ${origin}`,
        input: input({
          emailState: 'unverified',
          found: [contact('3', { Last_Name: 'Roe' })],
          inherited: { contactId: '3', sent: {}, tags: [], origin },
        }),
        rules: { ...RULES, adoptUnverified: false },
        plan:
          origin === 'made'
            ? { do: 'update', contactId: '3', fields: { Last_Name: 'Doe' } }
            : { do: 'skip', reason: 'unverified_match' },
      })),
      {
        says: 'a new contact is made all the same',
        input: input({ emailState: 'unverified', found: [] }),
        rules: { ...RULES, adoptUnverified: false },
        plan: { do: 'insert' },
      },
      {
        says: 'if lookups are not allowed, an unverified newcomer waits',
        input: input({ emailState: 'unverified', found: 'no_scope' }),
        rules: { ...RULES, adoptUnverified: false },
        plan: { do: 'wait', reason: 'needs_coql' },
      },
      {
        says: 'and a verified one does not',
        input: input({ emailState: 'verified', found: 'no_scope' }),
        rules: { ...RULES, adoptUnverified: false },
        plan: { do: 'insert' },
      },
    ],
  ],
  [
    'Rule 17: found',
    [
      {
        says: 'different fields are overwritten, except on-create ones',
        input: input({ found: [contact('3', { Last_Name: 'Roe' })] }),
        plan: { do: 'update', contactId: '3', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'an equal contact becomes the link without a call',
        input: input({ found: [contact('3')] }),
        plan: { do: 'unchanged', contactId: '3' },
      },
      {
        says: 'fill: only empty fields',
        input: input({
          fields: mapped({ Phone: field('1') }),
          found: [contact('3', { Last_Name: 'Roe', Phone: null })],
        }),
        rules: FILL,
        plan: { do: 'update', contactId: '3', fields: { Phone: '1' } },
      },
      {
        says: 'fill does not apply to a contact that we made',
        input: input({ found: [contact('3', { Last_Name: 'Roe', Ory_Id: ME })] }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'update', contactId: '3', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'unless the contact that was merged into it was one that we did not make',
        input: input({
          linkGone: true,
          origin: 'found',
          found: [contact('3', { Last_Name: 'Roe', Ory_Id: ME })],
        }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'unchanged', contactId: '3' },
      },
      {
        says: 'fill still applies to a contact whose adoption had no answer, even if it is linked by now',
        input: input({ contactId: '1', origin: 'found', found: [contact('1', { Last_Name: 'Roe' })] }),
        rules: FILL,
        plan: { do: 'unchanged', contactId: '1' },
      },
      {
        says: 'such a contact is looked at first',
        input: input({ contactId: '1', origin: 'found' }),
        rules: FILL,
        plan: { do: 'look_up' },
      },
      {
        says: 'a made-up name never replaces a real one',
        input: input({
          fields: mapped({ Last_Name: madeUp('a') }),
          found: [contact('3', { Last_Name: 'Roe' })],
        }),
        plan: { do: 'unchanged', contactId: '3' },
      },
      {
        says: 'the Ory id is written at every adoption',
        input: input({ fields: mapped({ Ory_Id: field(ME) }), found: [contact('3')] }),
        rules: WITH_ID,
        plan: { do: 'update', contactId: '3', fields: { Ory_Id: ME } },
      },
      {
        says: 'even if fill finds another value there',
        input: input({
          fields: mapped({ Ory_Id: field(ME) }),
          found: [contact('3', { Ory_Id: 'imported' })],
        }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'update', contactId: '3', fields: { Ory_Id: ME } },
      },
      {
        says: 'if the answer to an adoption by fill was lost, our id is there, and fill still applies',
        input: input({
          contactId: '1',
          origin: 'found',
          fields: mapped({ Ory_Id: field(ME) }),
          inDoubt: new Set(['Ory_Id']),
          found: [contact('1', { Last_Name: 'Roe', Ory_Id: ME })],
        }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'update', contactId: '1', fields: { Ory_Id: ME } },
      },
      {
        says: 'a contact that already has it needs nothing',
        input: input({ fields: mapped({ Ory_Id: field(ME) }), found: [contact('3', { Ory_Id: ME })] }),
        rules: WITH_ID,
        plan: { do: 'unchanged', contactId: '3' },
      },
      {
        says: 'the oldest of several with the email',
        input: input({ found: [contact('12'), contact('3')] }),
        plan: { do: 'unchanged', contactId: '3' },
      },
    ],
  ],
  [
    'Rule 16: lookups are not allowed (no COQL scope)',
    [
      {
        says: 'the upsert decides; on-create fields follow an insert',
        input: input({ found: 'no_scope' }),
        plan: {
          do: 'insert',
          fields: { Email: EMAIL, Last_Name: 'Doe' },
          matchBy: ['Email'],
          afterwards: {},
          afterInsert: { Lead_Source: 'Ory' },
        },
      },
      {
        says: 'under fill a newcomer waits: the upsert could overwrite',
        input: input({ found: 'no_scope' }),
        rules: FILL,
        plan: { do: 'wait', reason: 'needs_coql' },
      },
      {
        says: 'so does one whose contact is gone',
        input: input({ linkGone: true, found: 'no_scope' }),
        rules: FILL,
        plan: { do: 'wait', reason: 'needs_coql' },
      },
      {
        says: 'unless a person insists',
        input: input({ found: 'no_scope', insists: true }),
        rules: FILL,
        plan: { do: 'insert' },
      },
      {
        says: 'a made-up name is held back too',
        input: input({ found: 'no_scope', fields: mapped({ Last_Name: madeUp('a') }) }),
        plan: { do: 'insert', fields: { Email: EMAIL }, afterInsert: { Last_Name: 'a', Lead_Source: 'Ory' } },
      },
      {
        says: 'but is sent if an upsert of this delivery has matched no contact',
        input: input({ found: 'no_scope', fields: mapped({ Last_Name: madeUp('a') }), matchesNobody: true }),
        plan: { do: 'insert', fields: { Email: EMAIL, Last_Name: 'a', Lead_Source: 'Ory' }, afterInsert: {} },
      },
    ],
  ],
  [
    'Rule 19: unique fields',
    [
      {
        says: 'those that are not keys follow by PUT',
        input: input({ found: [], fields: mapped({ Phone: field('1') }) }),
        rules: { ...RULES, uniqueFields: new Set(['Phone']) },
        plan: {
          do: 'insert',
          fields: { Email: EMAIL, Last_Name: 'Doe', Lead_Source: 'Ory' },
          afterwards: { Phone: '1' },
        },
      },
      {
        says: 'the keys stay in',
        input: input({ found: [], fields: mapped({ Ory_Id: field(ME) }) }),
        rules: WITH_ID,
        plan: { do: 'insert', fields: { Ory_Id: ME, Email: EMAIL }, afterwards: {} },
      },
      {
        says: 'a PUT by id carries them',
        input: linked({ fields: mapped({ Phone: field('1') }) }),
        rules: { ...RULES, uniqueFields: new Set(['Phone']) },
        plan: { do: 'update', contactId: '1', fields: { Phone: '1' } },
      },
    ],
  ],
  [
    'Rule 20: a duplicate that Zoho named',
    [
      { says: 'is looked at', input: input({ duplicateOf: '5' }), plan: { do: 'look_up' } },
      {
        says: 'is taken, whatever its email is',
        input: input({ duplicateOf: '5', found: [contact('5', { Email: 'x@example.com' })] }),
        plan: { do: 'update', contactId: '5', fields: { Email: EMAIL } },
      },
      {
        says: 'fill writes nothing into fields that it cannot see',
        input: input({ duplicateOf: '5', found: [{ id: '5', fields: {} }] }),
        rules: FILL,
        plan: { do: 'unchanged', contactId: '5' },
      },
    ],
  ],
  [
    'Rule 21: the contact belongs to another',
    [
      {
        says: 'by our ledger: ask',
        input: input({ found: [contact('3')], owners: new Map([['3', OTHER]]) }),
        plan: { do: 'ask_owner', ownerId: OTHER, contactId: '3' },
      },
      {
        says: 'by the Ory id in it: ask',
        input: input({ fields: mapped({ Ory_Id: field(ME) }), found: [contact('3', { Ory_Id: OTHER })] }),
        rules: WITH_ID,
        plan: { do: 'ask_owner', ownerId: OTHER, contactId: '3' },
      },
      {
        says: 'once the owner is gone, it is taken and gets our Ory id',
        input: input({
          fields: mapped({ Ory_Id: field(ME) }),
          found: [contact('3', { Ory_Id: OTHER })],
          owners: new Map([['3', ME]]),
        }),
        rules: WITH_ID,
        plan: { do: 'update', contactId: '3', fields: { Ory_Id: ME } },
      },
    ],
  ],
  [
    'Rule 22: the linked contact is gone in Zoho',
    [
      {
        says: 'is looked up again (it may have been merged)',
        input: input({ linkGone: true }),
        plan: { do: 'look_up' },
      },
      {
        says: 'found by email: becomes the link',
        input: input({ linkGone: true, found: [contact('4')] }),
        plan: { do: 'unchanged', contactId: '4' },
      },
      {
        says: 'if there is none, it is made again',
        input: input({ linkGone: true, found: [] }),
        plan: { do: 'insert' },
      },
      {
        says: 'unless the mapping says no',
        input: input({ linkGone: true, found: [] }),
        rules: { ...RULES, recreate: false },
        plan: { do: 'skip', reason: 'contact_deleted' },
      },
      {
        says: 'and not by an upsert either, if lookups are not allowed',
        input: input({ linkGone: true, found: 'no_scope' }),
        rules: { ...RULES, recreate: false },
        plan: { do: 'skip', reason: 'contact_deleted' },
      },
      {
        says: 'a first contact is made whatever `recreate` says',
        input: input({ found: [] }),
        rules: { ...RULES, recreate: false },
        plan: { do: 'insert' },
      },
    ],
  ],
])('%s', (_rule, cases) => {
  test.each(cases)('$says', (one) => {
    const plan: Plan = decide(one.input, one.rules ?? RULES, hash);
    expect(plan).toMatchObject(one.plan);
    // toMatchObject allows more fields, but the written fields must be exactly these.
    if (plan.do === 'update') expect(plan).toEqual(one.plan);
  });
});

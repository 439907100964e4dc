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

/** All fields as sent before. */
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
        says: 'what the mapping does not want',
        input: input({ when: false }),
        plan: { do: 'skip', reason: 'when' },
      },
      {
        says: 'what the mapping cannot tell from a hint',
        input: input({ when: 'unknown' }),
        plan: { do: 'skip', reason: 'needs_full_webhook' },
      },
      {
        says: 'without an email there is nothing to find or make a contact by',
        input: input({ fields: mapped({ Email: field(null) }) }),
        plan: { do: 'skip', reason: 'no_email' },
      },
      {
        says: 'what is gone from Ory',
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
        says: 'the changed field alone',
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
        says: 'without an email still the same contact',
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
        says: 'what someone changed in Zoho is written, though the hash says it was sent',
        input: linked({ compare: true, found: [contact('1', { Last_Name: 'Changed' })] }),
        plan: { do: 'update', contactId: '1', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'equal: nothing to write',
        input: linked({ compare: true, found: [contact('1')] }),
        plan: { do: 'unchanged', contactId: '1' },
      },
      {
        says: 'another contact with the email is not the one',
        input: linked({ compare: true, found: [contact('2', { Last_Name: 'Roe' }), contact('1')] }),
        plan: { do: 'unchanged', contactId: '1' },
      },
      {
        says: 'where looking is not allowed, everything is sent',
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
        says: 'nobody there: everything is inserted, matched by email',
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
        says: 'by the Ory id before the email, where it is configured',
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
        says: 'nor one whose state is not known',
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
        says: 'a contact that carries our Ory id is ours',
        input: input({
          emailState: 'unverified',
          fields: mapped({ Ory_Id: field(ME) }),
          found: [contact('3', { Ory_Id: ME })],
        }),
        rules: { ...WITH_ID, adoptUnverified: false },
        plan: { do: 'unchanged', contactId: '3' },
      },
      ...(['made', 'found'] as const).map((origin) => ({
        says: `of a contact that another identity gave up it counts whether we made it: ${origin}`,
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
        says: 'where nobody may look, an unverified newcomer waits',
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
        says: 'the differing fields are overwritten, on-create ones left',
        input: input({ found: [contact('3', { Last_Name: 'Roe' })] }),
        plan: { do: 'update', contactId: '3', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'equal: becomes the link without a call',
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
        says: 'fill does not hold for a contact of ours',
        input: input({ found: [contact('3', { Last_Name: 'Roe', Ory_Id: ME })] }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'update', contactId: '3', fields: { Last_Name: 'Doe' } },
      },
      {
        says: 'unless the contact that it was merged into it took over from one that we did not make',
        input: input({
          linkGone: true,
          origin: 'found',
          found: [contact('3', { Last_Name: 'Roe', Ory_Id: ME })],
        }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'unchanged', contactId: '3' },
      },
      {
        says: 'fill holds on for a contact whose adoption had no answer, though it is linked by now',
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
        says: 'a made-up name is not written over a real one',
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
        says: 'even where fill finds something else in its place',
        input: input({
          fields: mapped({ Ory_Id: field(ME) }),
          found: [contact('3', { Ory_Id: 'imported' })],
        }),
        rules: { ...WITH_ID, adopt: 'fill' },
        plan: { do: 'update', contactId: '3', fields: { Ory_Id: ME } },
      },
      {
        says: 'an adoption by fill whose answer was lost has written our id, and goes on as fill',
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
        says: 'a contact that carries it already needs nothing',
        input: input({ fields: mapped({ Ory_Id: field(ME) }), found: [contact('3', { Ory_Id: ME })] }),
        rules: WITH_ID,
        plan: { do: 'unchanged', contactId: '3' },
      },
      {
        says: 'of several with the email the oldest',
        input: input({ found: [contact('12'), contact('3')] }),
        plan: { do: 'unchanged', contactId: '3' },
      },
    ],
  ],
  [
    'Rule 16: nobody may look (no COQL scope)',
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
        says: 'a made-up name is kept back too',
        input: input({ found: 'no_scope', fields: mapped({ Last_Name: madeUp('a') }) }),
        plan: { do: 'insert', fields: { Email: EMAIL }, afterInsert: { Last_Name: 'a', Lead_Source: 'Ory' } },
      },
      {
        says: 'it goes along where an upsert of this delivery has matched nobody',
        input: input({ found: 'no_scope', fields: mapped({ Last_Name: madeUp('a') }), matchesNobody: true }),
        plan: { do: 'insert', fields: { Email: EMAIL, Last_Name: 'a', Lead_Source: 'Ory' }, afterInsert: {} },
      },
    ],
  ],
  [
    'Rule 19: unique fields',
    [
      {
        says: 'other than the keys follow by PUT',
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
        says: 'is taken, whatever its email',
        input: input({ duplicateOf: '5', found: [contact('5', { Email: 'x@example.com' })] }),
        plan: { do: 'update', contactId: '5', fields: { Email: EMAIL } },
      },
      {
        says: 'fill writes nothing into what it cannot see',
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
        says: 'by the Ory id it carries: ask',
        input: input({ fields: mapped({ Ory_Id: field(ME) }), found: [contact('3', { Ory_Id: OTHER })] }),
        rules: WITH_ID,
        plan: { do: 'ask_owner', ownerId: OTHER, contactId: '3' },
      },
      {
        says: 'once the owner is gone it is taken, and marked with our Ory id',
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
    'Rule 22: the link’s contact is gone in Zoho',
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
        says: 'nobody there: made again',
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
        says: 'not even by an upsert that nobody could look up for',
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
    // toMatchObject lets further fields pass; what is written must be exactly that.
    if (plan.do === 'update') expect(plan).toEqual(one.plan);
  });
});

import { describe, expect, test } from 'vitest';
import type { MappedField } from '../../mapping/mapped.ts';
import { fieldHashes } from './changed-fields.ts';
import { decide } from './decide.ts';
import type { DecideInput } from './decide-input.ts';
import type { DecideRules } from './decide-rules.ts';
import { DELETED_TAG, EXCLUDED_TAG, withTags } from './parting.ts';
import type { Plan } from './plan.ts';

const ME = '0f1c2d3e-0000-4000-8000-000000000001';
const hash = fieldHashes((text) => `hmac(${text})`, 'mapping', new Map());

const field = (value: MappedField['value']): MappedField => ({
  value,
  write: 'always',
  clear: false,
  madeUp: false,
});

/** An identity that `when` excludes. */
function excluded(change: Partial<DecideInput> = {}): DecideInput {
  return {
    identityId: ME,
    standing: 'here',
    policy: null,
    when: false,
    emailState: 'unlisted',
    fields: new Map([['Email', field('a@example.com')]]),
    otherwise: new Map([['Email_Opt_Out', field(true)]]),
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

const linked = (change: Partial<DecideInput> = {}) => excluded({ contactId: '1', ...change });
const gone = (change: Partial<DecideInput> = {}) => linked({ standing: 'gone', when: true, ...change });
const erased = (change: Partial<DecideInput> = {}) => linked({ standing: 'erased', when: true, ...change });

const RULES: DecideRules = {
  adopt: 'overwrite',
  adoptUnverified: true,
  recreate: true,
  otherwise: 'leave',
  deleted: 'leave',
  tags: [],
  oryIdField: null,
  uniqueFields: new Set(),
  ownNames: ['Email', 'Last_Name', 'Lead_Source'],
  mandatory: new Set(['Last_Name']),
};
const otherwise = (policy: DecideRules['otherwise']) => ({ ...RULES, otherwise: policy });
const deleted = (policy: DecideRules['deleted']) => ({ ...RULES, deleted: policy });

interface Case {
  readonly says: string;
  readonly input: DecideInput;
  readonly rules?: DecideRules;
  readonly plan: Plan;
}

describe.each<[string, Case[]]>([
  [
    'Rule 23: excluded by `when`',
    [
      {
        says: 'without a link nothing is done, whatever `otherwise` says',
        input: excluded(),
        rules: otherwise('delete'),
        plan: { do: 'skip', reason: 'when', contactId: null },
      },
      {
        says: 'leave',
        input: linked(),
        plan: { do: 'skip', reason: 'when', contactId: '1' },
      },
      {
        says: 'tag',
        input: linked(),
        rules: otherwise('tag'),
        plan: { do: 'tag', contactId: '1', add: [EXCLUDED_TAG], remove: [] },
      },
      {
        says: 'tagged already: no call',
        input: linked({ tagged: [EXCLUDED_TAG] }),
        rules: otherwise('tag'),
        plan: { do: 'skip', reason: 'when', contactId: '1' },
      },
      {
        says: 'set writes its fields and no others',
        input: linked(),
        rules: otherwise('set'),
        plan: { do: 'update', contactId: '1', fields: { Email_Opt_Out: true } },
      },
      {
        says: 'set as it is already: no call',
        input: linked({
          remembered: { sent: { Email_Opt_Out: hash.sent('Email_Opt_Out', true) }, refused: {} },
        }),
        rules: otherwise('set'),
        plan: { do: 'skip', reason: 'when', contactId: '1' },
      },
      {
        says: 'set is repeated if an unanswered call may have changed it',
        input: linked({
          remembered: { sent: { Email_Opt_Out: hash.sent('Email_Opt_Out', true) }, refused: {} },
          inDoubt: new Set(['Email_Opt_Out']),
        }),
        rules: otherwise('set'),
        plan: { do: 'update', contactId: '1', fields: { Email_Opt_Out: true } },
      },
      {
        says: 'delete',
        input: linked(),
        rules: otherwise('delete'),
        plan: { do: 'delete', contactIds: ['1'], reason: 'when' },
      },
    ],
  ],
  [
    'Rule 24: gone from Ory',
    [
      { says: 'leave', input: gone(), plan: { do: 'skip', reason: 'deleted', contactId: '1' } },
      {
        says: 'tag',
        input: gone(),
        rules: deleted('tag'),
        plan: { do: 'tag', contactId: '1', add: [DELETED_TAG], remove: [] },
      },
      {
        says: 'delete',
        input: gone(),
        rules: deleted('delete'),
        plan: { do: 'delete', contactIds: ['1'], reason: 'deleted' },
      },
      {
        says: 'delete, once the lookup shows that the contact has no other Ory id',
        input: gone(),
        rules: { ...deleted('delete'), oryIdField: 'Ory_Id' },
        plan: { do: 'look_up' },
      },
      {
        says: 'delete leaves a contact with the id of another identity',
        input: gone({ found: [{ id: '1', fields: { Ory_Id: '00000000-0000-4000-8000-000000000002' } }] }),
        rules: { ...deleted('delete'), oryIdField: 'Ory_Id' },
        plan: { do: 'skip', reason: 'deleted', contactId: null },
      },
      {
        says: 'a prune deletes whatever the mapping says',
        input: gone({ policy: 'delete' }),
        plan: { do: 'delete', contactIds: ['1'], reason: 'deleted' },
      },
      {
        says: 'never linked',
        input: gone({ contactId: null }),
        rules: deleted('delete'),
        plan: { do: 'skip', reason: 'deleted', contactId: null },
      },
    ],
  ],
  [
    'Rule 24: erased',
    [
      {
        says: 'its contact is deleted, whatever the mapping says',
        input: erased(),
        plan: { do: 'delete', contactIds: ['1'], reason: 'erased' },
      },
      {
        says: 'with an Ory-id field, each contact with its id is deleted',
        input: erased({ found: [{ id: '7', fields: { Ory_Id: ME } }] }),
        rules: { ...RULES, oryIdField: 'Ory_Id' },
        plan: { do: 'delete', contactIds: ['1', '7'], reason: 'erased' },
      },
      {
        says: 'but not the linked one, if it has the id of another identity',
        input: erased({ found: [{ id: '1', fields: { Ory_Id: '00000000-0000-4000-8000-000000000002' } }] }),
        rules: { ...RULES, oryIdField: 'Ory_Id' },
        plan: { do: 'skip', reason: 'erased', contactId: null },
      },
      {
        says: 'without the scope for lookups, the linked one is deleted',
        input: erased({ found: 'no_scope' }),
        plan: { do: 'delete', contactIds: ['1'], reason: 'erased' },
      },
      {
        says: 'no contact',
        input: erased({ contactId: null }),
        plan: { do: 'skip', reason: 'erased', contactId: null },
      },
    ],
  ],
])('%s', (_rule, cases) => {
  test.each(cases)('$says', (one) => {
    expect(decide(one.input, one.rules ?? RULES, hash)).toEqual(one.plan);
  });
});

describe('Tags', () => {
  const done: Plan = { do: 'unchanged', contactId: '1' };

  test('from the mapping are added once', () => {
    expect(withTags(done, [], { tags: ['Ory'] })).toEqual({
      do: 'tag',
      contactId: '1',
      add: ['Ory'],
      remove: [],
    });
    expect(withTags(done, ['Ory'], { tags: ['Ory'] })).toBe(done);
  });

  test('for excluded or deleted are removed, others stay', () => {
    expect(withTags(done, ['VIP', EXCLUDED_TAG, DELETED_TAG], { tags: [] })).toEqual({
      do: 'tag',
      contactId: '1',
      add: [],
      remove: [EXCLUDED_TAG, DELETED_TAG],
    });
  });

  test('are set after the fields are written', () => {
    const update: Plan = { do: 'update', contactId: '1', fields: {} };
    expect(withTags(update, [], { tags: ['Ory'] })).toBe(update);
  });
});

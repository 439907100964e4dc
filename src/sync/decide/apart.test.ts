import { expect, test } from 'vitest';
import type { MappedField } from '../../mapping/mapped.ts';
import { decideApart } from './apart.ts';
import type { Plan } from './plan.ts';

const ME = '0f1c2d3e-0000-4000-8000-000000000001';
const field = (value: string): MappedField => ({ value, write: 'always', clear: true, madeUp: false });
const WITH_ID = { oryIdField: 'Ory_Id', uniqueFields: new Set<string>() };
const WITHOUT = { oryIdField: null, uniqueFields: new Set<string>() };

test.each<[string, Parameters<typeof decideApart>[2], { unseen?: boolean; carried?: string }, object]>([
  ['is matched by the Ory id alone', WITH_ID, {}, { do: 'insert', matchBy: ['Ory_Id'] }],
  ['also if lookups are not allowed', WITH_ID, { unseen: true }, { do: 'insert', matchBy: ['Ory_Id'] }],
  ['is inserted if a lost answer can be looked up', WITHOUT, {}, { do: 'insert', matchBy: [] }],
  ['is not made if it cannot be looked up', WITHOUT, { unseen: true }, { do: 'fail' }],
  [
    'is not made if Zoho keeps Email unique',
    { ...WITH_ID, uniqueFields: new Set(['Email']) },
    {},
    { do: 'fail' },
  ],
  [
    'is not made if an upsert by the Ory id would match the other contact',
    WITH_ID,
    { carried: ME },
    { do: 'fail' },
  ],
])("rule 21: an identity's own contact %s", (_says, rules, { unseen = false, carried = null }, plan) => {
  const fields = new Map([
    ['Email', field('bob@example.com')],
    ['Ory_Id', field(ME)],
  ]);
  const other = { id: '7', fields: { Email: 'bob@example.com', Ory_Id: carried } };
  const made: Plan = decideApart({ identityId: ME, fields, unseen }, [other], rules);
  expect(made).toMatchObject(plan);
  if (made.do === 'fail') expect(made.failure).toMatchObject({ reason: 'email_taken', code: null });
});

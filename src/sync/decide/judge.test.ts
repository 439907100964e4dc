import { describe, expect, test } from 'vitest';
import type { ItemAnswer, RecordError } from '../../model/zoho-answer.ts';
import { judge, judgeDeletion } from './judge.ts';
import type { Sent } from './judge.ts';
import type { WritePlan } from './plan.ts';

const INSERT: WritePlan = {
  do: 'insert',
  fields: { Email: 'a@example.com', Last_Name: 'Doe', Phone: '1' },
  matchBy: ['Email'],
  afterwards: {},
  afterInsert: {},
};
/** A person without a name, if lookups are not allowed. */
const UNSEEN: WritePlan = { ...INSERT, fields: { Email: 'a@example.com' }, afterInsert: { Last_Name: 'a' } };
const UPDATE: WritePlan = { do: 'update', contactId: '1', fields: { Last_Name: 'Doe', Phone: '1' } };

function sent(plan: WritePlan, change: Partial<Sent> = {}): Sent {
  return {
    plan,
    linked: plan.do === 'update',
    droppedTimes: 0,
    followed: false,
    linkGone: false,
    namesMatches: true,
    module: 'Contacts',
    keys: new Set(['Email', 'Ory_Id']),
    mandatory: new Set(['Last_Name']),
    ...change,
  };
}

function done(action: 'insert' | 'update', duplicateField: string | null = null): ItemAnswer {
  return { kind: 'done', action, contactId: '9', duplicateField };
}

function error(kind: RecordError['kind'], change: Partial<RecordError> = {}): ItemAnswer {
  const raw = '{"status":"error"}';
  return {
    kind: 'error',
    error: {
      kind,
      code: 'INVALID_DATA',
      message: 'invalid data',
      fields: [],
      duplicates: [],
      stale: false,
      raw,
      ...change,
    },
  };
}

const duplicate = (field: string, contactId?: string, module?: string) =>
  error('duplicate', {
    code: 'DUPLICATE_DATA',
    fields: [field],
    duplicates: [
      { field, ...(contactId !== undefined && { contactId }), ...(module !== undefined && { module }) },
    ],
  });

describe.each<[string, [string, Sent, ItemAnswer, object][]]>([
  [
    'Written',
    [
      [
        'a new contact',
        sent(INSERT),
        done('insert'),
        { is: 'written', contactId: '9', created: true, afterwards: {} },
      ],
      [
        'a contact matched by a key of ours',
        sent(INSERT),
        done('update', 'Email'),
        { is: 'written', created: false },
      ],
      [
        'a contact matched by a field that is not named',
        sent(INSERT),
        done('update', null),
        { is: 'written', created: false },
      ],
      [
        'an insert that names a field all the same (as in Zoho’s own example)',
        sent(INSERT),
        done('insert', 'Email'),
        { is: 'written', created: true },
      ],
      ['an update', sent(UPDATE), done('update'), { is: 'written', created: false, afterwards: {} }],
      [
        'the rest of an insert follows',
        sent({ ...INSERT, afterwards: { Mobile: '2' }, afterInsert: { Lead_Source: 'Ory' } }),
        done('insert'),
        { is: 'written', afterwards: { Mobile: '2', Lead_Source: 'Ory' } },
      ],
      [
        'on-create fields do not follow if a contact existed',
        sent({ ...INSERT, afterwards: { Mobile: '2' }, afterInsert: { Lead_Source: 'Ory' } }),
        done('update', 'Email'),
        { is: 'written', afterwards: { Mobile: '2' } },
      ],
    ],
  ],
  [
    'Rule 19: matched by a field that is not one of our keys',
    [
      [
        'is not linked, and fails',
        sent(INSERT),
        done('update', 'Phone'),
        { is: 'failed', failure: { reason: 'matched_by_Phone', field: 'Phone' } },
      ],
    ],
  ],
  [
    'Rule 18 and the mapping: a refused field',
    [
      [
        'an optional one is left out',
        sent(INSERT),
        error('field', { fields: ['Phone'] }),
        { is: 'without', fields: ['Phone'] },
      ],
      [
        'two at once as well',
        sent({ ...INSERT, fields: { ...INSERT.fields, Title: 'x' } }),
        error('field', { fields: ['Phone', 'Title'] }),
        { is: 'without', fields: ['Phone', 'Title'] },
      ],
      [
        'in a linked contact too',
        sent(UPDATE),
        error('field', { fields: ['Phone'] }),
        { is: 'without', fields: ['Phone'] },
      ],
      [
        'one after the other, five times',
        sent(INSERT, { droppedTimes: 4 }),
        error('field', { fields: ['Phone'] }),
        { is: 'without', fields: ['Phone'] },
      ],
      [
        'but not a sixth time',
        sent(INSERT, { droppedTimes: 5 }),
        error('field', { fields: ['Phone'] }),
        { is: 'failed', failure: { reason: 'zoho_invalid_data', field: 'Phone' } },
      ],
      [
        'the email cannot be left out',
        sent(INSERT),
        error('field', { fields: ['Email'] }),
        { is: 'failed', failure: { field: 'Email' } },
      ],
      [
        'nor a mandatory field',
        sent(INSERT),
        error('field', { fields: ['Last_Name'] }),
        { is: 'failed', failure: { field: 'Last_Name' } },
      ],
      [
        'nor another field if it is refused together with one of these',
        sent(INSERT),
        error('field', { fields: ['Phone', 'Email'] }),
        { is: 'failed' },
      ],
      [
        'a field that was not sent cannot be left out',
        sent(INSERT),
        error('field', { fields: ['Fax'] }),
        { is: 'failed' },
      ],
      ['a field that Zoho does not name cannot be left out', sent(INSERT), error('field'), { is: 'failed' }],
    ],
  ],
  [
    'A missing mandatory field',
    [
      [
        'fails the record',
        sent(INSERT),
        error('mandatory', { code: 'MANDATORY_NOT_FOUND', fields: ['Company'] }),
        { is: 'failed', failure: { reason: 'zoho_mandatory_not_found', field: 'Company' } },
      ],
      [
        'that only a new contact gets: sent again with it, because Zoho names no matched contact',
        sent(UNSEEN),
        error('mandatory', { fields: ['Last_Name'] }),
        { is: 'as_new' },
      ],
      [
        'in an API version that never names the match: fails, because a made-up name must not replace a real one',
        sent(UNSEEN, { namesMatches: false }),
        error('mandatory', { fields: ['Last_Name'] }),
        { is: 'failed' },
      ],
      [
        'and a different one fails',
        sent(UNSEEN),
        error('mandatory', { fields: ['Last_Name', 'Company'] }),
        { is: 'failed' },
      ],
      [
        'in a contact that Zoho matched: that contact is looked at',
        sent(UNSEEN),
        error('mandatory', { fields: ['Last_Name'], matchedId: '5' }),
        { is: 'follow', contactId: '5' },
      ],
      [
        'in a contact that was followed already: fails',
        sent(UNSEEN, { followed: true }),
        error('mandatory', { fields: ['Last_Name'], matchedId: '5' }),
        { is: 'failed' },
      ],
    ],
  ],
  [
    'Rule 20: a duplicate',
    [
      [
        'for the email in our module is followed',
        sent(INSERT),
        duplicate('Email', '5', 'Contacts'),
        { is: 'follow', contactId: '5' },
      ],
      [
        'for the Ory id too',
        sent(INSERT),
        duplicate('Ory_Id', '5', 'Contacts'),
        { is: 'follow', contactId: '5' },
      ],
      [
        'without a module (old API versions) too',
        sent(INSERT),
        duplicate('Email', '5'),
        { is: 'follow', contactId: '5' },
      ],
      [
        'only once',
        sent(INSERT, { followed: true }),
        duplicate('Email', '5', 'Contacts'),
        { is: 'failed', failure: { reason: 'duplicate_Email' } },
      ],
      [
        'but not for a linked identity',
        sent(UPDATE),
        duplicate('Email', '5', 'Contacts'),
        { is: 'failed', failure: { reason: 'duplicate_Email' } },
      ],
      [
        'but not for a found contact',
        sent(UPDATE, { linked: false }),
        duplicate('Email', '5', 'Contacts'),
        { is: 'failed' },
      ],
      [
        'for the Ory id also with a found contact: the one with our id is ours',
        sent(UPDATE, { linked: false }),
        duplicate('Ory_Id', '5', 'Contacts'),
        { is: 'follow', contactId: '5' },
      ],
      [
        'but not for the Ory id of a linked one',
        sent(UPDATE),
        duplicate('Ory_Id', '5', 'Contacts'),
        { is: 'failed', failure: { reason: 'duplicate_Ory_Id' } },
      ],
      [
        'but not for a phone: the colleague’s contact must not be overwritten',
        sent(INSERT),
        duplicate('Phone', '5', 'Contacts'),
        {
          is: 'failed',
          failure: {
            reason: 'duplicate_Phone',
            field: 'Phone',
            code: 'DUPLICATE_DATA',
            message: expect.stringContaining('5'),
          },
        },
      ],
      ['but not in another module', sent(INSERT), duplicate('Email', '5', 'Leads'), { is: 'failed' }],
      ['but not if Zoho does not name it', sent(INSERT), duplicate('Email'), { is: 'failed' }],
    ],
  ],
  [
    'Rule 22: if the id names no record',
    [
      ['the link is gone', sent(UPDATE), error('gone'), { is: 'link_gone' }],
      ['but only once', sent(UPDATE, { linkGone: true }), error('gone'), { is: 'failed' }],
      ['means something else for an insert', sent(INSERT), error('gone'), { is: 'failed' }],
    ],
  ],
  [
    'Anything else',
    [
      [
        'rule 13: locked or in approval means later',
        sent(UPDATE),
        error('later', { code: 'RECORD_LOCKED' }),
        { is: 'later', failure: { reason: 'zoho_record_locked' } },
      ],
      [
        'refused for good, with Zoho’s own message',
        sent(UPDATE),
        error('refused', { code: 'NOT_ALLOWED', message: 'no' }),
        {
          is: 'failed',
          failure: {
            reason: 'zoho_not_allowed',
            code: 'NOT_ALLOWED',
            message: 'no',
            answer: '{"status":"error"}',
          },
        },
      ],
    ],
  ],
])('%s', (_rule, cases) => {
  test.each(cases)('%s', (_says, what, item, verdict) => {
    expect(judge(what, item)).toMatchObject(verdict);
  });
});

describe('Deletions', () => {
  test('a contact that is gone already counts as deleted', () => {
    expect(judgeDeletion([done('update'), error('gone')])).toEqual({ is: 'deleted' });
  });

  test('one that is locked is tried again later', () => {
    expect(judgeDeletion([done('update'), error('later')])).toMatchObject({ is: 'later' });
  });

  test('if Zoho refuses one for good, all fail, even if another one could be tried again', () => {
    const refused = error('refused', { code: 'NO_PERMISSION', message: 'not yours' });
    expect(judgeDeletion([error('later'), refused])).toMatchObject({
      is: 'failed',
      failure: { reason: 'zoho_no_permission', message: 'not yours' },
    });
  });
});

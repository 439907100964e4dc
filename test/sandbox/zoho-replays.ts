import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Recording } from '../fixtures/zoho/recorded.ts';
import type { Answer } from './calls.ts';
import { askForToken, Crm, sandboxFor } from './calls.ts';

/** What must be so in the sandbox before it can give a recorded answer. */
interface Story {
  readonly options?: SandboxOptions;
  /** What happened before the request. The contact is a new one; its id takes the place of the recorded one. */
  readonly before?: (sandbox: Sandbox, contactId: string) => Promise<unknown>;
  /** Makes the record whose id takes that place instead. */
  readonly record?: (sandbox: Sandbox) => Promise<string>;
  /** Where to send it, because the recorded answer is of another call. */
  readonly path?: string;
}

const text = (apiName: string) => ({ apiName, dataType: 'text', length: 120 });
const unique = (apiName: string) => ({ ...text(apiName), unique: { caseSensitive: false } });

/** Recordings that the sandbox can be brought to answer. Those that need nothing have no story here. */
const STORIES: Readonly<Record<string, Story>> = {
  'mixed upsert, v6': {
    before: ({ control }) => control.seedContacts([{ Last_Name: 'User', Email: 'kim@example.com' }], 'Leads'),
  },
  'upsert that updates and inserts, v8 sample': {
    before: ({ control }) => control.seedContacts([{ Last_Name: 'a', Email: 'a@example.com' }]),
  },
  'mixed upsert, v8 sample': { options: { fields: [text('Company')] } },
  'refused integer': { options: { fields: [{ apiName: 'Group_Size', dataType: 'integer', length: 9 }] } },
  'too long, v8 sample': { options: { fields: [{ apiName: 'Number_1', dataType: 'integer', length: 2 }] } },
  'duplicate, v8 sample': {
    options: { fields: [unique('Unique_1')] },
    before: ({ control }) => control.seedContacts([{ Last_Name: 'b', Unique_1: 'x' }]),
    path: 'Contacts',
  },
  'two duplicates, v8 sample': {
    options: { fields: [unique('Email'), unique('Mobile')] },
    before: ({ control }) =>
      control.seedContacts([
        { Last_Name: 'b', Email: 'a@example.com' },
        { Last_Name: 'c', Mobile: '1' },
      ]),
    path: 'Contacts',
  },
  'converted lead': { record: convertedLead },
  'unknown field, v8 sample': { options: { unknownFields: 'refuse' } },
  'deletion in the wrong format, v8 sample': { path: 'Contacts?ids=abc' },
  'no token, or a wrong host': {
    before: ({ control }) => control.addFault({ effect: { unauthorized: 'AUTHENTICATION_FAILURE' } }),
  },
  'internal error, v8 sample': {
    before: ({ control }) => control.addFault({ effect: { statusAfterCommit: 500 } }),
  },
  'id that is gone': { before: ({ control }, id) => control.deleteContact(id) },
  'locked record, v8 sample': { before: ({ control }, id) => control.setRecordState(id, 'locked') },
  'record in approval, v8 sample': {
    before: ({ control }, id) => control.setRecordState(id, 'not_approved'),
  },
  'record in review, v8 sample': { before: ({ control }, id) => control.setRecordState(id, 'not_reviewed') },
  'deletion of a locked record, v8 sample': {
    before: ({ control }, id) => control.setRecordState(id, 'locked'),
  },
  'deletion of a record in approval, v8 sample': {
    before: ({ control }, id) => control.setRecordState(id, 'not_approved'),
  },
  'expired token': { before: ({ control }) => control.revokeAccessTokens() },
  'scope missing, v8 sample': { options: { scopes: ['ZohoCRM.modules.leads.ALL'] } },
  'too many requests at once': { before: tooMany('concurrency') },
  'too many requests, old form, day': { before: tooMany('credits') },
  'COQL on a field that privacy settings restrict': { options: { restrictedFields: ['Email'] } },
};

async function convertedLead({ control }: Sandbox): Promise<string> {
  const [id = ''] = await control.seedContacts([{ Last_Name: 'Lee', Company: 'Acme' }], 'Leads');
  await control.convertLead(id);
  return id;
}

function tooMany(kind: 'concurrency' | 'credits') {
  return ({ control }: Sandbox) =>
    control.addFault({ on: { operation: 'upsert' }, effect: { tooMany: kind } });
}

/** The client, or the refresh token, as it was in these recordings of the token endpoint. */
const GRANTS: Readonly<Record<string, Record<string, string>>> = {
  'refresh token revoked': { refresh_token: '1000.00.11' },
  'client unknown': { client_id: '1000.NOBODY' },
  'secret wrong': { client_secret: 'another' },
};

/** The sandbox's answer to the request of this recording. */
export async function replay(recorded: Recording): Promise<Answer> {
  const { name, request, version } = recorded;
  const story: Story = STORIES[name] ?? {};
  const sandbox = await sandboxFor(story.options);
  if (version === 'accounts') return tokenAnswer(name, sandbox);
  const id = (await story.record?.(sandbox)) ?? (await contactOf(sandbox));
  const crm = await Crm.of(sandbox, version);
  await story.before?.(sandbox, id);
  const path = story.path ?? request.path.replace(/\b5550002000000\d{6}\b/, id);
  if (request.text !== undefined) return crm.sendText('POST', path, request.text);
  const data = request.body?.data?.map((record) => ('id' in record ? { ...record, id } : record));
  return crm.send(request.method, path, data === undefined ? request.body : { ...request.body, data });
}

async function contactOf({ control }: Sandbox): Promise<string> {
  const contact = { Last_Name: 'TestContact', First_Name: 'Test', Email: 'test@example.com' };
  const [id = ''] = await control.seedContacts([contact]);
  return id;
}

async function tokenAnswer(name: string, sandbox: Sandbox): Promise<Answer> {
  if (name !== 'throttled') return askForToken(sandbox, GRANTS[name]);
  for (let asked = 0; asked < 10; asked += 1) await askForToken(sandbox);
  return askForToken(sandbox);
}

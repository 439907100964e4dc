/** Every answer of the sandbox against Zoho's official OpenAPI files. */
import { expect, test } from 'vitest';
import { DEFAULT_SCOPES } from '../../src/sandbox/zoho/zoho-settings.ts';
import { recordings } from '../fixtures/zoho/recorded.ts';
import type { Answer } from './calls.ts';
import { Crm, idOf, sandboxFor } from './calls.ts';
import { misfits } from './zoho-specification.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One sandbox answers all of these, in this order. `{id}` is the first contact. */
const CALLS: readonly (readonly [Method, string, object?])[] = [
  ['POST', 'Contacts/upsert', { data: [{ Last_Name: 'Lee', Email: 'lee@example.com' }] }],
  ['POST', 'Contacts/upsert', { data: [{ Last_Name: 'Lee', Email: 'lee@example.com', Phone: '+49 1' }] }],
  ['POST', 'Contacts/upsert', { data: [{ Last_Name: 'Ray', Code: 'a' }] }],
  ['POST', 'Contacts/upsert', { data: [{ Last_Name: 'Kim' }, {}] }],
  ['POST', 'Contacts/upsert', { data: [{ Last_Name: 'x'.repeat(81), Email: 'x', Phone: '(' }] }],
  ['POST', 'Contacts', { data: [{ Last_Name: 'New' }] }],
  ['POST', 'Contacts', { data: [{ Last_Name: 'New', Code: 'a' }] }],
  ['PUT', 'Contacts', { data: [{ id: '{id}', Last_Name: 'Changed' }] }],
  ['PUT', 'Contacts', { data: [{ id: '1', Last_Name: 'Nobody' }] }],
  ['PUT', 'Contacts/{id}', { data: [{ Last_Name: 'Again' }] }],
  ['GET', 'Contacts/{id}'],
  ['GET', 'Contacts?fields=Last_Name,Email,Owner,Tag&per_page=2'],
  ['GET', 'Contacts'],
  ['GET', 'Contacts/search?email=lee@example.com'],
  ['GET', 'Contacts/deleted'],
  ['GET', 'Contacts/actions/count'],
  ['GET', 'Nowhere?fields=id'],
  ['POST', 'coql', { select_query: "select Last_Name, Owner from Contacts where Last_Name = 'Again'" }],
  ['POST', 'coql', { select_query: "select id from Contacts where Last_Name = 'Nobody'" }],
  ['POST', 'coql', { select_query: 'select id from Contacts' }],
  ['POST', 'coql', { select_query: "select Nope from Contacts where Last_Name = 'x'" }],
  ['POST', 'coql', { select_query: "select id from Contacts where Last_Name = 'x' limit 3000" }],
  ['POST', 'coql', {}],
  ['GET', 'settings/fields?module=Contacts'],
  ['GET', 'settings/fields?module=Nowhere'],
  ['POST', 'settings/fields?module=Contacts', { fields: [{ field_label: 'New', data_type: 'text' }] }],
  ['POST', 'settings/fields?module=Contacts', { fields: [{ field_label: 'New', data_type: 'text' }] }],
  ['GET', 'org'],
  ['GET', 'users?type=CurrentUser'],
  ['DELETE', 'Contacts?ids={id}'],
  ['DELETE', 'Contacts?ids={id}'],
  ['DELETE', 'Contacts/{id}'],
];

async function answers(): Promise<ReadonlyMap<string, readonly string[]>> {
  const fields = [{ apiName: 'Code', dataType: 'text', length: 9, unique: { caseSensitive: false } }];
  const crm = await Crm.of(
    await sandboxFor({ fields, scopes: [...DEFAULT_SCOPES, 'ZohoSearch.securesearch.READ'] }),
  );
  const found = new Map<string, readonly string[]>();
  let id = '';
  for (const [method, path, body] of CALLS) {
    const at = path.replace('{id}', id);
    const sent: unknown = body === undefined ? body : JSON.parse(JSON.stringify(body).replace('{id}', id));
    const answer: Answer = await crm.send(method, at, sent);
    if (id === '') id = idOf(answer);
    for (const misfit of misfits(method, at, answer)) {
      found.set(misfit, [...(found.get(misfit) ?? []), `${method} ${path}`]);
    }
  }
  return found;
}

interface Fault {
  /** As `misfits` writes it. */
  readonly misfit: RegExp;
  readonly why: string;
}

/** Where the official files are wrong. "Recorded" means that an answer of test/fixtures/zoho breaks it too. */
const FAULTS: readonly Fault[] = [
  {
    misfit: /^no status (400|401|403|412|429|500) for \w+ \/crm\/v8\/\{module_api_name\}/,
    why: 'the file lists only 200 for calls of records, with the bodies of errors; recorded with these',
  },
  {
    misfit: /^no status 201 for POST \/crm\/v8\/\{module_api_name\}$/,
    why: 'an insert has 200 in the file; recorded with 201',
  },
  {
    misfit: /^no status 207 for (POST|PUT|DELETE) /,
    why: 'missing in the file; the newer pages of each operation have it',
  },
  {
    misfit: /^no status 204 for (GET|POST) /,
    why: 'missing in the file; the pages "COQL", "Search Records" and "Deleted Records" have it',
  },
  {
    misfit: /^(\/data\[\])?\/(code|message) must be equal to one of the allowed values$/,
    why: 'the lists of codes and texts are incomplete; recorded with others',
  },
  {
    misfit: /^(\/data\[\])?\/details\/maximum_length must be string$/,
    why: 'a number; recorded so',
  },
  {
    misfit: /^(\/data\[\])?\/duplicate_field must be string$/,
    why: 'null for what was inserted; recorded so',
  },
  {
    misfit: /^\/(code must be string|details must be object)$/,
    why: 'the 429 of v2 has a number and an empty list',
  },
  {
    misfit: /^\/fields\[\] must have required property '/,
    why: 'the file requires every key that any type of field has; the printed list of a real org lacks them',
  },
  {
    misfit: /^\/fields\[\]\/\w+ must be object$/,
    why: 'null if there is none; recorded so, or the sample of Contacts has it',
  },
  {
    misfit: /^\/details must have required property '/,
    why: 'the file has no INVALID_MODULE for the field list; the page "Fields Metadata" has it',
  },
  {
    misfit: /^\/users\[\]\/\w+ must /,
    why: 'an invented pattern for emails, an object for the time zone, few formats of dates; recorded otherwise',
  },
];

/** What the files do not allow about recorded answers. */
function brokenByZoho(): readonly string[] {
  const all = [
    ...recordings('writes'),
    ...recordings('calls'),
    ...recordings('reads'),
    ...recordings('fields'),
  ];
  return all
    .filter(({ request }) => request.path !== 'settings/nowhere')
    .flatMap(({ request, answer: { status, body } }) =>
      misfits(request.method, request.path, { status, json: body ?? undefined }),
    );
}

test("every answer fits Zoho's official files, and so do recorded ones, where the files are right", async () => {
  const found = await answers();
  const broken = brokenByZoho();
  const unexplained = (misfit: string) => !FAULTS.some((fault) => fault.misfit.test(misfit));
  expect(Object.fromEntries([...found].filter(([misfit]) => unexplained(misfit)))).toEqual({});
  expect(broken.filter(unexplained)).toEqual([]);
  const all = [...found.keys(), ...broken];
  const stale = FAULTS.filter(({ misfit }) => !all.some((each) => misfit.test(each)));
  expect(stale.map(({ why }) => why)).toEqual([]);
});

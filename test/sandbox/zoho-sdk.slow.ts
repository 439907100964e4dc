/** Zoho's own SDKs as clients of the sandbox: each answer is read into the SDK's class. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as node from '@zohocrm/nodejs-sdk-8.0';
import * as typescript from '@zohocrm/typescript-sdk-8.0';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../src/sandbox/zoho/zoho-settings.ts';
import { sandboxFor } from './calls.ts';

describe.each([
  ['TypeScript', typescript],
  ['Node', node],
] as const)('the SDK for %s', (_language, sdk) => {
  const { Coql, Fields, Modules, Org, Record: Records, Users } = sdk;

  /** Lets the SDK, of which there is one for the whole process, talk to this sandbox. */
  async function connect({ zoho, url }: Sandbox): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'zoho-sdk-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const token = new sdk.OAuthBuilder()
      .clientId(zoho.clientId)
      .clientSecret(zoho.clientSecret)
      .refreshToken(zoho.refreshToken)
      .build();
    // The SDK asks nothing of hosts that it does not know, so its own data centers are not used.
    await sdk.Initializer.initialize(
      new sdk.Environment(url, `${zoho.accountsUrl}/oauth/v2/token`, url),
      token,
      new sdk.FileStore(join(folder, 'tokens.csv')),
      new sdk.SDKConfigBuilder().autoRefreshFields(false).pickListValidation(false).build(),
      folder,
      new sdk.LogBuilder().level(sdk.Levels.OFF).filePath('').build(),
    );
  }

  /** What the SDK read: its class, and those of the items in it, with the code of each. */
  interface Read {
    readonly status: number | null | undefined;
    readonly kind: string | undefined;
    readonly items: readonly string[];
  }

  interface Answered {
    getStatusCode(): number | null | undefined;
    getObject(): object | null | undefined;
  }

  async function read(answer: Promise<Answered>): Promise<Read> {
    const found = await answer;
    const object = found.getObject();
    return {
      status: found.getStatusCode(),
      kind: object?.constructor.name,
      items: itemsOf(object).map((item) => [item.constructor.name, codeOf(item)].filter(Boolean).join(' ')),
    };
  }

  function itemsOf(object: object | null | undefined): readonly object[] {
    if (object instanceof Records.APIException || object instanceof Coql.APIException) return [object];
    const lists = ['data', 'fields', 'users', 'org', 'modules', 'tags'] as const;
    const [list] = lists
      .map((key): unknown => (object == null ? undefined : Reflect.get(object, key)))
      .filter(Array.isArray);
    return (list ?? []).filter((item): item is object => typeof item === 'object' && item !== null);
  }

  /** The SDK wraps words in a Choice. */
  function codeOf(item: object): string {
    const code: unknown = Reflect.get(item, 'code');
    return code instanceof sdk.Choice ? String(code.getValue()) : '';
  }

  function recordOf(fields: Readonly<Record<string, unknown>>): InstanceType<typeof Records.Record> {
    const record = new Records.Record();
    for (const [name, value] of Object.entries(fields)) record.addKeyValue(name, value);
    return record;
  }

  function bodyOf(...records: readonly Readonly<Record<string, unknown>>[]) {
    const body = new Records.BodyWrapper();
    body.setData(records.map(recordOf));
    return body;
  }

  function coql(query: string) {
    const body = new Coql.BodyWrapper();
    body.setSelectQuery(query);
    return new Coql.CoqlOperations().getRecords(body);
  }

  async function params(...all: readonly (readonly [InstanceType<typeof sdk.Param>, unknown])[]) {
    const map = new sdk.ParameterMap();
    for (const [param, value] of all) await map.add(param, value);
    return map;
  }

  const lee = { Last_Name: 'Lee', Email: 'lee@example.com' };

  test('records', async () => {
    const sandbox = await sandboxFor({
      fields: [{ apiName: 'Code', dataType: 'text', length: 9, unique: { caseSensitive: false } }],
      scopes: [...DEFAULT_SCOPES, 'ZohoSearch.securesearch.READ'],
      searchLagMs: 0,
    });
    await connect(sandbox);
    const contacts = new Records.RecordOperations('Contacts');
    const done = 'SuccessResponse SUCCESS';
    const written = (status: number, ...items: string[]) => ({ status, kind: 'ActionWrapper', items });

    expect(await read(contacts.upsertRecords(bodyOf(lee)))).toEqual(written(200, done));
    expect(await read(contacts.upsertRecords(bodyOf({ ...lee, Code: 'a' })))).toEqual(written(200, done));
    expect(await read(contacts.createRecords(bodyOf({ Last_Name: 'Ray' })))).toEqual(written(201, done));
    expect(await read(contacts.createRecords(bodyOf({ Last_Name: 'Ray', Code: 'a' })))).toEqual(
      written(400, 'APIException DUPLICATE_DATA'),
    );
    expect(await read(contacts.upsertRecords(bodyOf({ Last_Name: 'Kim' }, { First_Name: 'Kim' })))).toEqual(
      written(207, done, 'APIException MANDATORY_NOT_FOUND'),
    );
    expect(await read(contacts.upsertRecords(bodyOf({ Last_Name: 'x'.repeat(81), Phone: '(' })))).toEqual(
      written(400, 'APIException MULTIPLE_OR_MULTI_ERRORS'),
    );

    const [first] = await sandbox.control.contacts();
    const id = BigInt(first?.id ?? 0);
    expect(await read(contacts.updateRecord(id, bodyOf({ Title: 'Dr' })))).toEqual(written(200, done));
    expect(await read(contacts.updateRecords(bodyOf({ id: 1n, Title: 'Dr' })))).toEqual(
      written(400, 'APIException INVALID_DATA'),
    );
    const one = { status: 200, kind: 'ResponseWrapper', items: ['Record'] };
    expect(await read(contacts.getRecord(id))).toEqual(one);
    const fields = [Records.GetRecordsParam.FIELDS, 'Last_Name,Email,Owner,Tag'] as const;
    expect((await read(contacts.getRecords(await params(fields)))).items).toEqual([
      'Record',
      'Record',
      'Record',
    ]);
    const email = [Records.SearchRecordsParam.EMAIL, 'lee@example.com'] as const;
    expect(await read(contacts.searchRecords(await params(email)))).toEqual(one);
    expect((await read(contacts.recordCount())).kind).toBe('CountWrapper');

    expect(await read(contacts.deleteRecord(id))).toEqual(written(200, done));
    expect(
      await read(contacts.deleteRecords(await params([Records.DeleteRecordsParam.IDS, String(id)]))),
    ).toEqual(written(400, 'APIException INVALID_DATA'));
    expect((await read(contacts.getDeletedRecords())).items).toEqual(['DeletedRecord']);
  });

  test('COQL', async () => {
    const sandbox = await sandboxFor();
    await sandbox.control.seedContacts([lee]);
    await connect(sandbox);
    expect(await read(coql("select Last_Name, Owner from Contacts where Last_Name = 'Lee'"))).toEqual({
      status: 200,
      kind: 'ResponseWrapper',
      items: ['Record'],
    });
    expect((await read(coql("select id from Contacts where Last_Name = 'Nobody'"))).status).toBe(204);
    expect(await read(coql('select id from Contacts'))).toEqual({
      status: 400,
      kind: 'APIException',
      items: ['APIException SYNTAX_ERROR'],
    });
  });

  test('the org, its users, modules and fields', async () => {
    await connect(await sandboxFor({ scopes: [...DEFAULT_SCOPES, 'ZohoCRM.settings.modules.READ'] }));
    expect((await read(new Org.OrgOperations().getOrganization())).items).toEqual(['Org']);
    expect((await read(new Users.UsersOperations().getUsers())).items).toEqual(['Users']);
    expect((await read(new Modules.ModulesOperations().getModules())).items).toContain('Modules');
    const operations = new Fields.FieldsOperations();
    const module = await params([Fields.GetFieldsParam.MODULE, 'Contacts']);
    const list = await read(operations.getFields(module));
    expect(new Set(list.items)).toEqual(new Set(['Fields']));
  });

  test('errors of the whole call', async () => {
    const sandbox = await sandboxFor();
    await connect(sandbox);
    const contacts = new Records.RecordOperations('Contacts');
    for (const [effect, status, code] of [
      [{ unauthorized: 'INVALID_TOKEN' }, 401, 'INVALID_TOKEN'],
      [{ tooMany: 'credits' }, 429, 'TOO_MANY_REQUESTS'],
      [{ statusAfterCommit: 500 }, 500, 'INTERNAL_ERROR'],
    ] as const) {
      await sandbox.control.addFault({ on: { operation: 'upsert' }, effect });
      expect(await read(contacts.upsertRecords(bodyOf(lee)))).toEqual({
        status,
        kind: 'APIException',
        items: [`APIException ${code}`],
      });
    }
  });
});

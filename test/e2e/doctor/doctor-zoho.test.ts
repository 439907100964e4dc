import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const ZOHO_CHECKS = ['scopes', 'org', 'fields', 'ory_id_field', 'credits'];

describe('doctor and the token', () => {
  it('that Zoho has revoked: fails and says how to connect again', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const diagnosis = await diagnose(sandbox);
    expect(diagnosis.of('token')).toEqual([
      'fail Zoho no longer accepts the refresh token (invalid_code). -> Run "ory-zoho init" to connect again.',
    ]);
    for (const check of ZOHO_CHECKS) {
      expect(diagnosis.of(check)).toEqual([
        expect.stringMatching(/^warn not checked: token must work first/),
      ]);
    }
    // Any answer shows the clock.
    expect(diagnosis.of('clock')).toEqual([expect.stringMatching(/^ok/)]);
  });

  it.each([
    ['client secret', { ZOHO_CLIENT_SECRET: 'wrong' }, 'invalid_client_secret'],
    ['client id', { ZOHO_CLIENT_ID: '1000.WRONG' }, 'invalid_client'],
  ])('of a wrong %s: fails with what to check', async (_what, variables, code) => {
    const diagnosis = await diagnose(await aSandbox(), { variables });
    expect(diagnosis.of('token')).toEqual([
      `fail Zoho refuses the OAuth client (${code}). -> Check ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and the data center, or run "ory-zoho init".`,
    ]);
  });

  it('revoked after an access token was cached: doctor still notices', async () => {
    const sandbox = await aSandbox();
    const { folder } = await diagnose(sandbox);
    // After four tries in ten minutes doctor asks for no new token.
    for (let run = 1; run <= 3; run += 1) await diagnose(sandbox, { folder });
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const diagnosis = await diagnose(sandbox, { folder });
    expect(diagnosis.of('token')).toEqual([expect.stringMatching(/^fail .*invalid_code/)]);
  });

  it('is not used up by running doctor often', async () => {
    const sandbox = await aSandbox();
    const { folder } = await diagnose(sandbox);
    for (let run = 1; run <= 5; run += 1) expect((await diagnose(sandbox, { folder })).code).toBe(0);
    expect((await sandbox.control.counters()).tokens_issued).toBeLessThanOrEqual(3);
  });

  it('without a network: every check that needs it says so, and the others go on', async () => {
    const sandbox = await aSandbox();
    await sandbox.pause();
    const diagnosis = await diagnose(sandbox);
    expect(diagnosis.of('token')).toEqual([
      expect.stringMatching(/^fail No connection: .* -> Check the network/),
    ]);
    expect(diagnosis.of('ory')).toEqual([
      expect.stringMatching(/^fail .*ECONNREFUSED.* -> Check ORY_ADMIN_URL/),
    ]);
    expect(diagnosis.of('store')).toEqual([expect.stringMatching(/^ok/)]);
    expect(diagnosis.of('mapping')).toEqual([expect.stringMatching(/^ok/)]);
    expect(diagnosis.code).toBe(1);
    await sandbox.resume();
  });
});

describe('doctor and the scopes', () => {
  const without = (...gone: string[]) => DEFAULT_SCOPES.filter((scope) => !gone.includes(scope));

  it.each([
    ['ZohoCRM.coql.READ', /^warn without ZohoCRM\.coql\.READ, contacts are not looked up/],
    ['ZohoCRM.settings.fields.ALL', /^warn without ZohoCRM\.settings\.fields\.READ, the built-in lengths/],
    ['ZohoCRM.org.READ', /^warn without ZohoCRM\.org\.READ, the store cannot tell/],
  ])('without the optional %s: warns about what will not work', async (scope, expected) => {
    const sandbox = await aSandbox({ scopes: without(scope) });
    const diagnosis = await diagnose(sandbox);
    expect(diagnosis.of('scopes')).toEqual([expect.stringMatching(expected)]);
    expect(diagnosis.code).toBe(0);
  });

  it('without the one to write contacts: fails', async () => {
    const scopes = [...without('ZohoCRM.modules.contacts.ALL'), 'ZohoCRM.modules.contacts.READ'];
    const diagnosis = await diagnose(await aSandbox({ scopes }));
    expect(diagnosis.of('scopes')).toEqual([
      'fail without ZohoCRM.modules.contacts.ALL nothing can create or update Contacts -> Run "ory-zoho init" to connect again with all scopes.',
    ]);
  });

  it('accepts scopes for all modules as well as single ones', async () => {
    const scopes = [
      ...without('ZohoCRM.modules.contacts.ALL'),
      'ZohoCRM.modules.contacts.CREATE',
      'ZohoCRM.modules.contacts.UPDATE',
      'ZohoCRM.modules.READ',
    ];
    expect((await diagnose(await aSandbox({ scopes }))).of('scopes')).toEqual([
      'ok may write Contacts; all optional scopes are there',
    ]);
  });
});

describe('doctor and the fields of Zoho', () => {
  const mapped = (lines: readonly string[], head = '') => {
    const folder = newFolder();
    writeFileSync(
      join(folder, 'ory-zoho.mapping.yaml'),
      `${head}fields:\n${lines.map((l) => `  ${l}\n`).join('')}`,
    );
    return folder;
  };

  it('names a mapped field that is missing, one that is read-only, and one that is too short', async () => {
    const sandbox = await aSandbox({ fields: [{ apiName: 'Short', length: 30 }] });
    const folder = mapped([
      'Email: email',
      'Last_Name: last_name',
      'Nope: traits.x',
      'Created_Time: traits.y',
      'Short: email',
    ]);
    const diagnosis = await diagnose(sandbox, { folder });
    expect(diagnosis.of('mapping')).toEqual([expect.stringMatching(/^ok ory-zoho\.mapping\.yaml: 5 fields/)]);
    expect(diagnosis.of('fields')).toEqual([
      expect.stringMatching(/^fail Contacts has no field Nope/),
      expect.stringMatching(/^fail Created_Time is read-only/),
      expect.stringMatching(
        /^warn Short takes 30 characters, but email may have 100: Zoho refuses longer values/,
      ),
    ]);
  });

  it('names a mandatory field that the mapping lacks', async () => {
    const sandbox = await aSandbox({ fields: [{ apiName: 'Region', mandatory: true }] });
    expect((await diagnose(sandbox)).of('fields')).toEqual([
      expect.stringMatching(/^fail Region is mandatory in Contacts but not in the mapping/),
    ]);
  });

  it('stops at a wrong mapping, with the place', async () => {
    const folder = mapped(['Email: email', 'Last_Name: "$nope("']);
    const diagnosis = await diagnose(await aSandbox(), { folder });
    expect(diagnosis.of('mapping')).toEqual([
      expect.stringMatching(/^fail .*\n *line 3, column 14: fields\.Last_Name is wrong/),
    ]);
    expect(diagnosis.of('token')).toEqual([expect.stringMatching(/^warn not checked: mapping/)]);
  });

  it('no Ory-id field: warns, and names what can cause a second contact', async () => {
    const diagnosis = await diagnose(await aSandbox());
    expect(diagnosis.of('ory_id_field')).toEqual([
      'warn ORY_ID_FIELD is not set: contacts that this store does not know are found only by their email. If a salesperson merges a contact into another and the user then changes the email, a second contact is created. -> Run "ory-zoho init", which creates a unique field for the id of the identity.',
    ]);
  });

  it.each([
    ['not there', 'Nope', /^fail ORY_ID_FIELD=Nope does not exist in Contacts/],
    ['not unique', 'Title', /^fail ORY_ID_FIELD=Title is not unique/],
    ['too short', 'Short_Id', /^fail ORY_ID_FIELD=Short_Id takes 20 characters, but an id has 36/],
    ['no text', 'Number_Id', /^fail ORY_ID_FIELD=Number_Id is of the type bigint/],
  ])('an Ory-id field that is %s: fails', async (_what, name, expected) => {
    const unique = { caseSensitive: false };
    const fields = [
      { apiName: 'Short_Id', length: 20, unique },
      { apiName: 'Number_Id', dataType: 'bigint', unique },
    ];
    const diagnosis = await diagnose(await aSandbox({ fields }), { variables: { ORY_ID_FIELD: name } });
    expect(diagnosis.of('ory_id_field')).toEqual([expect.stringMatching(expected)]);
  });
});

describe('doctor and the state of Zoho', () => {
  it('more than half of the credits used: warns and says how many are left', async () => {
    const diagnosis = await diagnose(await aSandbox({ credits: 5 }));
    expect(diagnosis.of('credits')).toEqual([
      expect.stringMatching(/^warn 2 left, less than half of the day/),
    ]);
  });

  it('credits used up: fails, and says that nothing is lost', async () => {
    const sandbox = await aSandbox({ credits: 1 });
    const diagnosis = await diagnose(sandbox);
    expect(diagnosis.of('credits')).toEqual([expect.stringMatching(/^fail .*used up -> .*Nothing is lost/)]);
  });

  it.each([
    ['90 s behind', 90_000, /^warn this machine is (8\d|90) s behind Zoho/],
    ['an hour ahead', -3_600_000, /^fail this machine is 60 min ahead of Zoho/],
  ])('a clock %s', async (_what, aheadMs, expected) => {
    const sandbox = await aSandbox();
    const date = new Date(Date.now() + aheadMs).toUTCString();
    const body = JSON.stringify({ fields: [] });
    // The last answer counts. All answers except the token's carry the other clock.
    for (const operation of ['fields', 'org', 'coql'] as const) {
      const effect = { status: 200, headers: { date }, body: operation === 'fields' ? body : '{}' };
      await sandbox.control.addFault({ on: { operation }, times: 'always', effect });
    }
    expect((await diagnose(sandbox)).of('clock')).toEqual([expect.stringMatching(expected)]);
  });

  it('unreadable answers: a warning, because they may pass', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.setDown(true);
    const diagnosis = await diagnose(sandbox);
    expect(diagnosis.of('fields')).toEqual([expect.stringMatching(/^warn Zoho answered HTTP 503/)]);
  });
});

describe('doctor and the Ory key', () => {
  it.each([
    ['wrong', 'ory_pat_wrong', /^fail .*answered 401.* -> Create a new API key/],
    ['of a workspace', 'ory_wak_wrong', /^fail .* -> ORY_PROJECT_API_KEY is a workspace key/],
    ['missing', '', /^fail .* -> Set ORY_PROJECT_API_KEY/],
  ])('that is %s: fails with what to do', async (_what, ORY_PROJECT_API_KEY, expected) => {
    const diagnosis = await diagnose(await aSandbox(), { variables: { ORY_PROJECT_API_KEY } });
    expect(diagnosis.of('ory')).toEqual([expect.stringMatching(expected)]);
    if (ORY_PROJECT_API_KEY !== '') expect(diagnosis.stdout).not.toContain(ORY_PROJECT_API_KEY);
  });

  it('at an address that is not the admin API: fails', async () => {
    const sandbox = await aSandbox();
    const diagnosis = await diagnose(sandbox, { variables: { ORY_ADMIN_URL: `${sandbox.url}/nothing` } });
    expect(diagnosis.of('ory')).toEqual([
      expect.stringMatching(/^fail .* -> Set ORY_ADMIN_URL to the project URL/),
    ]);
  });

  it('not configured: a warning about what will not work', async () => {
    const diagnosis = await diagnose(await aSandbox(), { variables: { ORY_ADMIN_URL: '' } });
    expect(diagnosis.of('ory')).toEqual([expect.stringMatching(/^warn ORY_ADMIN_URL is not set/)]);
  });
});

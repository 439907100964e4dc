import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { expectNoSecret } from '../processes/doctor-run.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const ID_FIELD = { apiName: 'Ory_Identity_ID', unique: { caseSensitive: false } };
const FIELDS = `
fields:
  Email: email
  Last_Name: last_name
`;

interface Options {
  readonly variables?: Record<string, string>;
  readonly args?: readonly string[];
}

/** Runs `mapping check` with this mapping as a file that is not in use. */
async function check(
  sandbox: Sandbox | undefined,
  mapping: string,
  { variables = {}, args = [] }: Options = {},
) {
  const folder = newFolder();
  writeFileSync(join(folder, 'new.yaml'), mapping);
  const connection = sandbox === undefined ? {} : connectionTo(sandbox, folder);
  const result = await runCommand(['mapping', 'check', '--file', 'new.yaml', '--json', ...args], {
    folder,
    variables: { ORY_ID_FIELD: 'Ory_Identity_ID', ...connection, ...variables },
  });
  if (sandbox !== undefined) expectNoSecret(result, sandbox);
  const findings: { check: string; state: string; detail: string; fix: string | null }[] =
    result.stdout === '' ? [] : JSON.parse(result.stdout);
  const lines = findings.map(({ check: name, state, detail, fix }) =>
    [state, name, detail, ...(fix === null ? [] : ['->', fix])].join(' '),
  );
  return { ...result, folder, lines, notOk: lines.filter((line) => !line.startsWith('ok ')) };
}

const without = (scope: string) => DEFAULT_SCOPES.filter((one) => one !== scope);

describe('mapping check', () => {
  it('accepts a correct mapping, writes nothing and creates no store', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const { code, lines, folder } = await check(sandbox, FIELDS);
    expect(code).toBe(0);
    expect(lines).toEqual([
      'ok mapping new.yaml: 2 fields of Contacts',
      'ok fields all 2 are in Contacts, writable and long enough',
      'ok ory_id_field Ory_Identity_ID is unique',
    ]);
    expect(existsSync(join(folder, 'store.db'))).toBe(false);
    expect((await sandbox.control.counters()).calls).toMatchObject({ upsert: 0, update: 0, create_field: 0 });
  });

  it('suggests the field that was probably meant, and names each one that cannot be written', async () => {
    const sandbox = await aSandbox({
      fields: [ID_FIELD, { apiName: 'Score', dataType: 'integer', readOnly: true }],
    });
    const { code, notOk } = await check(sandbox, `${FIELDS}  Mobil: phone\n  Score: traits.score\n`);
    expect(code).toBe(1);
    expect(notOk).toEqual([
      'fail fields Contacts has no field Mobil -> Did you mean Mobile?',
      expect.stringMatching(/^fail fields Score is read-only or hidden in Zoho -> /),
    ]);
  });

  it('checks the fields of `otherwise` too', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const { notOk } = await check(
      sandbox,
      `when: verified\notherwise: { set: { Email_Opt_Ot: true } }${FIELDS}`,
    );
    expect(notOk).toEqual(['fail fields Contacts has no field Email_Opt_Ot -> Did you mean Email_Opt_Out?']);
  });

  it.each([
    ['Email_Opt_Out: "\'yes\'"', /^fail fields Email_Opt_Out is of the type boolean .* 'yes' does not fit/],
    ['Date_of_Birth: email', /^fail fields Date_of_Birth is of the type date/],
    [`First_Name: "'${'x'.repeat(50)}'"`, /^warn fields First_Name takes 40 characters: the constant of 50/],
  ])('%s does not fit its field', async (line, expected) => {
    const { notOk } = await check(await aSandbox({ fields: [ID_FIELD] }), `${FIELDS}  ${line}\n`);
    expect(notOk).toContainEqual(expect.stringMatching(expected));
  });

  it('explains what follows from unique and mandatory fields', async () => {
    const fields = [
      ID_FIELD,
      { apiName: 'Member_No', unique: { caseSensitive: false } },
      { apiName: 'Region', mandatory: true },
      { apiName: 'Branch', mandatory: true },
    ];
    const { code, notOk } = await check(
      await aSandbox({ fields }),
      `${FIELDS}  Member_No: traits.no\n  Region: traits.region\n`,
    );
    expect(code).toBe(1);
    expect(notOk).toEqual([
      expect.stringMatching(/^fail fields Branch is mandatory in Contacts but not in the mapping/),
      expect.stringMatching(/^warn fields Member_No is unique in Zoho: .*duplicate_Member_No/),
      expect.stringMatching(/^warn fields Region is mandatory .*\$coalesce\(traits\.region, /),
    ]);
  });

  it('of a mapping that can neither find nor create a contact: fails', async () => {
    const variables = { ORY_ID_FIELD: '' };
    const { code, notOk } = await check(await aSandbox(), 'fields: { Last_Name: last_name }', { variables });
    expect(code).toBe(1);
    expect(notOk[0]).toMatch(/^fail mapping Email is not mapped/);
  });

  it('of a file that does not parse: ends with 2 and gives line and column', async () => {
    const { code, stdout, stderr } = await check(await aSandbox(), 'fields:\n  Email: [email]\n');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/new\.yaml is wrong:\n +line 2, column 10: fields\.Email/);
  });

  it('of a missing file: ends with 2', async () => {
    const folder = newFolder();
    const result = await runCommand(['mapping', 'check', '--file', 'no.yaml'], { folder });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('no.yaml cannot be read');
  });
});

describe('mapping check and the connection', () => {
  it('without one: checks against the standard fields, and says so', async () => {
    const { code, notOk } = await check(undefined, `${FIELDS}  Mobil: phone\n  Newsletter: traits.news\n`);
    expect(code).toBe(0);
    expect(notOk).toEqual([
      expect.stringMatching(
        /^warn fields no connection to Zoho is configured: compared with Zoho's standard/,
      ),
      expect.stringMatching(/^warn fields Mobil is no standard field .* -> Did you mean Mobile\?$/),
      expect.stringMatching(/^warn fields Newsletter is no standard field .* -> Run "ory-zoho init"/),
      expect.stringMatching(/^warn ory_id_field Ory_Identity_ID was not checked/),
    ]);
  });

  it('that is half configured: ends with 2 and names what is missing', async () => {
    const { code, stderr } = await check(undefined, FIELDS, { variables: { ZOHO_CLIENT_ID: '1000.A' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/ZOHO_CLIENT_SECRET[\s\S]*ZOHO_REFRESH_TOKEN/);
  });

  it('to a Zoho that cannot be reached: fails, and checks what it can', async () => {
    const sandbox = await aSandbox();
    await sandbox.pause();
    const { code, notOk } = await check(sandbox, `${FIELDS}  Email_Opt_Out: email\n`);
    await sandbox.resume();
    expect(code).toBe(1);
    expect(notOk).toContainEqual(
      expect.stringMatching(/^fail fields No connection: .* -> Check the network/),
    );
    expect(notOk).toContainEqual(expect.stringMatching(/^fail fields Email_Opt_Out is of the type boolean/));
  });

  it('that Zoho no longer accepts: fails and names the fix', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const { code, notOk } = await check(sandbox, FIELDS);
    expect(code).toBe(1);
    expect(notOk[0]).toMatch(
      /^fail fields Zoho no longer accepts the refresh token .* -> Run "ory-zoho init"/,
    );
  });

  it.each([
    [
      'adopt: fill',
      1,
      /^fail scopes without ZohoCRM\.coql\.READ newcomers wait .*, because adopt: fill needs a look/,
    ],
    ['adopt: overwrite', 0, /^warn scopes without ZohoCRM\.coql\.READ/],
  ])('without the COQL scope, under %s: exit %i', async (adopt, exitCode, expected) => {
    const sandbox = await aSandbox({ fields: [ID_FIELD], scopes: without('ZohoCRM.coql.READ') });
    const { code, notOk } = await check(sandbox, adopt + FIELDS);
    expect(code).toBe(exitCode);
    expect(notOk).toEqual([expect.stringMatching(expected)]);
  });

  it('without the scope to read fields: checks against the standard fields', async () => {
    const sandbox = await aSandbox({ scopes: without('ZohoCRM.settings.fields.ALL') });
    const { code, notOk } = await check(sandbox, FIELDS);
    expect(code).toBe(0);
    expect(notOk[0]).toMatch(/^warn fields without ZohoCRM\.settings\.fields\.READ/);
  });
});

describe('mapping check on a terminal and into a pipe', () => {
  it('is coloured at a terminal only, and counts on stderr', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const variables = connectionTo(sandbox, folder);
    const piped = await runCommand(['mapping', 'check'], { folder, variables });
    expect(piped.stdout).toMatch(/^ok {4}mapping {7}built in: 4 fields of Contacts$/m);
    expect(piped.stdout).not.toContain('\u001b[');
    expect(piped.stderr).toBe('0 failed, 1 warning.\n');
    const shown = await runAtTerminal('mapping check', { folder, variables }).output;
    expect(shown).toContain('\u001b[32mok');
  });
});

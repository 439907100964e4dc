import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { recording } from '../../fixtures/zoho/recorded.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const OWNER = '7328395000000999001';
const CONTACT = '7328395000000999002';

/** One field of each type that the API may write, with what the mapping gives and what Zoho then has. */
const VALUES: readonly (readonly [string, string, unknown])[] = [
  ['Last_Name', 'traits.last', 'Lee'],
  ['Company', 'traits.company', 'Acme'],
  ['Email', 'email', 'ann@example.org'],
  ['Owner', `"${OWNER}"`, { id: OWNER }],
  ['Phone', 'traits.phone', '+491701234567'],
  ['Website', 'traits.site', 'https://example.org'],
  ['Lead_Source', '"Web Download"', 'Web Download'],
  ['checking_multi_picklist', '["a","b"]', ['a', 'b']],
  ['No_of_Employees', 'traits.employees', 12],
  ['Annual_Revenue', 'traits.revenue', 1234.5],
  ['Percent', 'traits.share', 12.5],
  ['Visitor_Score', '"123456789012345678"', '123456789012345678'],
  ['Average_Time_Spent_Minutes', '2.5', 2.5],
  ['Email_Opt_Out', 'true', true],
  ['multiline', '"one\\ntwo"', 'one\ntwo'],
  ['Contact_Lookup', `"${CONTACT}"`, { id: CONTACT }],
];

const listed = z.object({
  fields: z.array(
    z.object({
      api_name: z.string(),
      field_label: z.string(),
      data_type: z.string(),
      length: z.number().nullish(),
    }),
  ),
});

it('the fields of a real org, as Zoho prints them, pass the check and are written', async () => {
  const { body } = recording('fields', 'fields of Leads, v7 sample').answer;
  const fields = listed.parse(body).fields.map(({ api_name, field_label, data_type, length }) => ({
    apiName: api_name,
    module: 'Leads',
    label: field_label,
    dataType: data_type,
    length: length ?? 2_000,
  }));
  const written = fields.filter(({ apiName }) => VALUES.some(([name]) => name === apiName));
  const sandbox = await aSandbox({ fields: written });
  await sandbox.control.addFault({
    on: { operation: 'fields' },
    times: 'always',
    effect: { status: 200, body: JSON.stringify(body) },
  });
  const folder = newFolder();
  const lines = VALUES.map(([name, expression]) => `  ${name}: ${JSON.stringify(expression)}`);
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), ['module: Leads', 'fields:', ...lines, ''].join('\n'));
  const check = await runCommand(['mapping', 'check', '--json'], {
    folder,
    variables: connectionTo(sandbox, folder),
  });
  expect(JSON.parse(check.stdout)).toContainEqual(
    expect.objectContaining({
      state: 'ok',
      detail: `all ${VALUES.length} are in Leads, writable and long enough`,
    }),
  );
  const serve = await aServe(sandbox, { folder, ory: true });
  const identity = await sandbox.control.createIdentity({
    traits: {
      email: 'ann@example.org',
      last: 'Lee',
      company: 'Acme',
      phone: '+491701234567',
      site: 'https://example.org',
      employees: 12,
      revenue: '1234.5',
      share: 12.5,
    },
  });
  expect((await serve.send(identity, 'registration')).status).toBe(200);
  await eventually(() => serve.outcomes(identity.id).length > 0);
  const [lead] = await sandbox.control.contacts('Leads');
  expect(lead?.fields).toMatchObject(Object.fromEntries(VALUES.map(([name, , value]) => [name, value])));
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const MAPPING = `
fields:
  Email: email
  Last_Name: last_name
  Lead_Source: traits.source
  Assistant: traits.assistant
`;

/** What nobody outside Zoho knows: the sandbox plays both sides, and the product must be right with each. */
const SIDES: readonly SandboxOptions[] = [
  { coqlEscape: 'doubled' },
  { coqlEscape: 'backslash' },
  { coqlIgnoresCase: true },
  { coqlIgnoresCase: false },
  { newPicklistValues: 'accepted' },
  { newPicklistValues: 'refused' },
  { unknownId: 'refused' },
  { unknownId: 'empty' },
  { unknownFields: 'ignore' },
  { unknownFields: 'refuse' },
  { errorsNamed: 'all' },
  { errorsNamed: 'first' },
  { recycleBinKeepsUnique: true },
  { recycleBinKeepsUnique: false },
];

it.each(SIDES)(
  'with %j a contact is adopted, changed, made again after its deletion, and never doubled',
  async (side) => {
    const sandbox = await aSandbox(side);
    const { control } = sandbox;
    const folder = newFolder();
    writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), MAPPING);
    const serve = await aServe(sandbox, { folder, ory: true });
    const { id: existing } = await control.putContact(null, {
      Email: "O'Neil@Example.org",
      Last_Name: 'By hand',
    });
    const traits = { email: "o'neil@example.org", name: { last: "O'Neil" }, source: 'A new source' };
    const identity = await control.createIdentity({ traits });
    const settled = async (count: number) => eventually(() => serve.outcomes(identity.id).length >= count);
    expect((await serve.send(identity, 'registration')).status).toBe(200);
    await settled(1);
    const only = async () => {
      const contacts = await control.contacts();
      expect(contacts).toHaveLength(1);
      return contacts[0];
    };
    expect((await only())?.id).toBe(existing);
    expect((await only())?.fields['Last_Name']).toBe("O'Neil");

    const assistant = 'x'.repeat(300);
    const changed = await control.updateIdentity(identity.id, { traits: { ...traits, assistant } });
    await serve.send(changed, 'settings');
    await settled(2);
    expect((await only())?.fields['Assistant']).toEqual(expect.stringMatching(/^x+$/));

    await control.deleteContact(existing);
    const again = await control.updateIdentity(identity.id, {
      traits: { ...traits, name: { last: 'Neil' } },
    });
    await serve.send(again, 'settings');
    await settled(3);
    expect((await only())?.fields).toMatchObject({ Email: "o'neil@example.org", Last_Name: 'Neil' });
    expect(serve.outcomes(identity.id)).toEqual(['updated', 'updated', 'created']);
  },
);

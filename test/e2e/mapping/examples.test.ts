import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const FOLDER = fileURLToPath(new URL('../../../examples/', import.meta.url));
const run = new Set<string>();

/** A sandbox and a serve with this mapping from examples/. */
async function withExample(
  name: string,
  {
    variables = {},
    fields = [],
  }: { variables?: { [name: string]: string } } & Pick<SandboxOptions, 'fields'> = {},
) {
  run.add(name);
  const folder = newFolder();
  copyFileSync(join(FOLDER, name), join(folder, 'ory-zoho.mapping.yaml'));
  const sandbox = await aSandbox({ fields });
  return { sandbox, serve: await aServe(sandbox, { folder, variables }) };
}

async function settled(serve: ServeProcess, identityId: string, times = 1): Promise<string | undefined> {
  await eventually(() => serve.outcomes(identityId).length >= times);
  return serve.outcomes(identityId).at(-1);
}

describe('examples/', () => {
  it('verified-only.yaml: a contact is created when the email is verified', async () => {
    const { sandbox, serve } = await withExample('verified-only.yaml');
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'Ann@example.org', name: 'Ann Lee' },
    });
    await serve.send(identity, 'registration');
    expect(await settled(serve, identity.id)).toBe('skipped when');
    const verified = await sandbox.control.verifyIdentity(identity.id, 'ann@example.org');
    await serve.send(verified, 'verification');
    expect(await settled(serve, identity.id, 2)).toBe('created');
    expect((await sandbox.control.contacts())[0]?.fields['Email']).toBe('Ann@example.org');
  });

  it('consent.yaml: withdrawn consent opts the contact out, consent given again opts it in', async () => {
    const { sandbox, serve } = await withExample('consent.yaml');
    const traits = (newsletter: boolean) => ({ email: 'ann@example.org', consent: { newsletter } });
    const { id } = await sandbox.control.createIdentity({ traits: traits(false) });
    const steps = [
      [false, 'skipped when', undefined],
      [true, 'created', false],
      [false, 'updated', true],
      [true, 'updated', false],
    ] as const;
    for (const [index, [consent, outcome, optOut]] of steps.entries()) {
      const identity = await sandbox.control.updateIdentity(id, { traits: traits(consent) });
      await serve.send(identity, 'settings');
      expect(await settled(serve, id, index + 1)).toBe(outcome);
      expect((await sandbox.control.contacts())[0]?.fields['Email_Opt_Out']).toBe(optOut);
    }
  });

  it('one-schema.yaml: customers become contacts, employees do not', async () => {
    const { sandbox, serve } = await withExample('one-schema.yaml');
    for (const [schema_id, outcome] of [
      ['customer', 'created'],
      ['preset://email', 'skipped when'],
    ] as const) {
      const traits = { email: `${outcome.replace(' ', '.')}@example.org` };
      const identity = await sandbox.control.createIdentity({ schema_id, traits });
      await serve.send(identity, 'registration');
      expect(await settled(serve, identity.id)).toBe(outcome);
    }
  });

  it('company-domains.yaml: only certain companies become contacts', async () => {
    const { sandbox, serve } = await withExample('company-domains.yaml');
    for (const [email, outcome] of [
      ['ann@Example.COM', 'created'],
      ['bob@example.net', 'skipped when'],
    ] as const) {
      const identity = await sandbox.control.createIdentity({ traits: { email } });
      await serve.send(identity, 'registration');
      expect(await settled(serve, identity.id)).toBe(outcome);
    }
    expect((await sandbox.control.contacts())[0]?.fields['Department']).toBe('example.com');
  });

  it('last-sign-in.yaml: login hooks write the time, all others leave it', async () => {
    const { sandbox, serve } = await withExample('last-sign-in.yaml', {
      fields: [{ apiName: 'Last_Sign_In', dataType: 'datetime' }],
    });
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await serve.send(identity, 'registration');
    await settled(serve, identity.id);
    await serve.send({ ...identity, signed_in_at: '2026-05-14T10:51:02.123Z' }, 'login');
    await settled(serve, identity.id, 2);
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { email: 'ann@example.org', name: 'Ann Lee' },
    });
    await serve.send(changed, 'settings');
    await settled(serve, identity.id, 3);
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({ Last_Name: 'Lee' });
    expect(contact?.fields['Last_Sign_In']).toSatisfy(
      (at: string) => Date.parse(at) === Date.parse('2026-05-14T10:51:02Z'),
    );
  });

  it('leads.yaml: leads with a tag and with the company that Zoho shows; a converted lead is reported', async () => {
    const { sandbox, serve } = await withExample('leads.yaml');
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann Lee' },
    });
    await serve.send(identity, 'registration');
    expect(await settled(serve, identity.id)).toBe('created');
    const [lead] = await sandbox.control.contacts('Leads');
    expect(lead?.fields).toMatchObject({
      Company: 'unknown',
      Lead_Source: 'Ory',
      Tag: [{ name: 'Sign-up' }],
    });
    expect(await sandbox.control.contacts()).toEqual([]);

    await sandbox.control.convertLead(lead?.id ?? '');
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { email: 'ann@example.org', name: 'Ann Leeuwen' },
    });
    await serve.send(changed, 'settings');
    expect(await settled(serve, identity.id, 2)).toBe('failed zoho_converted_record');
    // No list has converted leads, so a lead in this list would be a second one.
    expect(await sandbox.control.contacts('Leads')).toEqual([]);
  });

  it('phone-only.yaml: identities without an email, found by the Ory-id field', async () => {
    const { sandbox, serve } = await withExample('phone-only.yaml', {
      variables: { ORY_ID_FIELD: 'Ory_Identity_ID' },
      fields: [
        { apiName: 'Ory_Identity_ID', dataType: 'text', length: 64, unique: { caseSensitive: false } },
      ],
    });
    const identity = await sandbox.control.createIdentity({ traits: { phone: '+491701234567' } });
    await serve.send(identity, 'registration');
    expect(await settled(serve, identity.id)).toBe('created');
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { phone: '+491709999999', name: 'Ann Lee' },
    });
    await serve.send(changed, 'settings');
    expect(await settled(serve, identity.id, 2)).toBe('updated');
    const contacts = await sandbox.control.contacts();
    expect(contacts.map(({ fields }) => fields)).toMatchObject([
      { Mobile: '+491709999999', Last_Name: 'Lee', Ory_Identity_ID: identity.id },
    ]);
  });

  it('a test runs every example', () => {
    expect([...run].toSorted()).toEqual(readdirSync(FOLDER).toSorted());
  });
});

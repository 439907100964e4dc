import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeOptions, ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const FIELDS = `
fields:
  Email: email
  Last_Name: last_name
  Phone: phone
  Email_Opt_Out: "false"
`;

/** A serve whose mapping is these lines and the usual fields. */
async function serveWith(sandbox: Sandbox, mapping: string, options: ServeOptions = {}) {
  const folder = options.folder ?? newFolder();
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), mapping + FIELDS);
  return aServe(sandbox, { ...options, folder });
}

interface Person {
  readonly sandbox: Sandbox;
  readonly serve: ServeProcess;
  readonly id: string;
}

const traits = (consent: boolean, phone: string | null = '+491701234567') => ({
  email: 'ann@example.org',
  name: 'Ann Lee',
  consent,
  ...(phone !== null && { phone }),
});

async function signUp(sandbox: Sandbox, serve: ServeProcess, consent = true): Promise<Person> {
  const identity = await sandbox.control.createIdentity({ traits: traits(consent) });
  await serve.send(identity, 'registration');
  await eventually(() => serve.outcomes(identity.id).length === 1);
  return { sandbox, serve, id: identity.id };
}

async function change({ sandbox, serve, id }: Person, changed: ReturnType<typeof traits>): Promise<void> {
  const before = serve.outcomes(id).length;
  await serve.send(await sandbox.control.updateIdentity(id, { traits: changed }), 'settings');
  await eventually(() => serve.outcomes(id).length > before);
}

/** Ory deletes the identity, and a late hint of it arrives. The strong read finds that it is gone. */
async function deleteInOry({ sandbox, serve, id }: Person): Promise<void> {
  const before = serve.outcomes(id).length;
  // This admin URL counts as the right project only after it has returned an identity that is in the ledger.
  await serve.send({ id, traits: traits(true, '+491700000000') }, 'settings');
  await eventually(() => serve.outcomes(id).length > before);
  await sandbox.control.deleteIdentity(id);
  await serve.send({ id, traits: traits(true, '+491700000001') }, 'settings');
  await eventually(() => serve.outcomes(id).length > before + 1);
}

async function onlyContact(sandbox: Sandbox) {
  const contacts = await sandbox.control.contacts();
  expect(contacts).toHaveLength(1);
  const [contact] = contacts;
  if (contact === undefined) throw new Error('no contact');
  return contact;
}

const tagNames = async (sandbox: Sandbox) => {
  const tags = (await onlyContact(sandbox)).fields['Tag'];
  return Array.isArray(tags) ? tags.map((tag: { name: string }) => tag.name).sort() : [];
};

describe('`when` and `otherwise`', () => {
  it('an identity that was always excluded gets no contact', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'when: traits.consent\notherwise: delete');
    const { id } = await signUp(sandbox, serve, false);
    expect(serve.outcomes(id)).toEqual(['skipped when']);
    expect(await sandbox.control.contacts()).toEqual([]);
  });

  it('consent given, withdrawn, given again: `otherwise` sets its fields, and all fields follow at the end', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(
      sandbox,
      'when: traits.consent\notherwise: { set: { Email_Opt_Out: true } }',
    );
    const person = await signUp(sandbox, serve);
    expect((await onlyContact(sandbox)).fields).toMatchObject({ Email_Opt_Out: false });

    await change(person, traits(false, '+491709999999'));
    expect((await onlyContact(sandbox)).fields).toMatchObject({
      Email_Opt_Out: true,
      Phone: '+491701234567',
    });
    // Another change while consent is withdrawn: nothing new is written.
    await change(person, traits(false, '+491708888888'));
    expect(serve.outcomes(person.id)).toEqual(['created', 'updated', 'skipped when']);

    // Meanwhile a salesperson edits the contact. When consent is given again, Ory no longer has the phone.
    const { id } = await onlyContact(sandbox);
    await sandbox.control.putContact(id, { Last_Name: 'Edited' });
    await change(person, traits(true, null));
    expect(await onlyContact(sandbox)).toMatchObject({
      id,
      fields: { Email: 'ann@example.org', Last_Name: 'Lee', Email_Opt_Out: false, Phone: null },
    });
  });

  it('leave: the contact stays as it is, and is written again in full afterwards', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'when: traits.consent');
    const person = await signUp(sandbox, serve);
    await change(person, traits(false, '+491709999999'));
    expect((await onlyContact(sandbox)).fields['Phone']).toBe('+491701234567');
    await change(person, traits(true, '+491709999999'));
    expect((await onlyContact(sandbox)).history.at(-1)?.fields.toSorted()).toEqual([
      'Email',
      'Email_Opt_Out',
      'Last_Name',
      'Phone',
    ]);
  });

  it('tag: the tag is added, and removed when the identity is included again', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'when: traits.consent\notherwise: tag');
    const person = await signUp(sandbox, serve);
    await change(person, traits(false));
    expect(await tagNames(sandbox)).toEqual(['Ory not synced']);
    await change(person, traits(true));
    expect(await tagNames(sandbox)).toEqual([]);
  });

  it('delete: the contact is deleted, and a new one is created when the identity is included again', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'when: traits.consent\notherwise: delete\nrecreate: false');
    const person = await signUp(sandbox, serve);
    const { id } = await onlyContact(sandbox);
    await change(person, traits(false));
    expect(await sandbox.control.contacts()).toEqual([]);
    await change(person, traits(true));
    expect((await onlyContact(sandbox)).id).not.toBe(id);
    expect(serve.outcomes(person.id)).toEqual(['created', 'skipped when', 'created']);
  });

  it('withdrawn while the answer to its insert was lost: the contact is found and treated the same', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(
      sandbox,
      'when: traits.consent\notherwise: { set: { Email_Opt_Out: true } }',
    );
    await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'after_commit' } });
    const identity = await sandbox.control.createIdentity({ traits: traits(true) });
    await serve.send(identity, 'registration');
    await serve.logged((line) => line['reason'] === 'network');
    const withdrawn = await sandbox.control.updateIdentity(identity.id, { traits: traits(false) });
    await serve.send(withdrawn, 'settings');
    await eventually(() => serve.outcomes(identity.id).length > 0);
    expect((await onlyContact(sandbox)).fields).toMatchObject({ Email_Opt_Out: true });
    expect(serve.rows('SELECT contact_id FROM ledger')).toEqual([
      { contact_id: (await onlyContact(sandbox)).id },
    ]);
  });
});

describe('`deleted`', () => {
  it.each([
    ['leave', []],
    ['tag', ['Ory deleted']],
  ])('%s: the contact stays', async (policy, tags) => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, `deleted: ${policy}`, { ory: true });
    const person = await signUp(sandbox, serve);
    await deleteInOry(person);
    expect(serve.outcomes(person.id).at(-1)).toBe('skipped deleted');
    expect(await tagNames(sandbox)).toEqual(tags);
  });

  it('delete: the contact goes to the recycle bin, and its link is removed', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'deleted: delete', { ory: true });
    const person = await signUp(sandbox, serve);
    await deleteInOry(person);
    expect(serve.outcomes(person.id).at(-1)).toBe('skipped deleted');
    expect(await sandbox.control.contacts()).toEqual([]);
    expect(serve.rows('SELECT contact_id, outcome, reason FROM ledger')).toEqual([
      { contact_id: null, outcome: 'skipped', reason: 'deleted' },
    ]);
  });

  it('a contact that a salesperson deleted before counts as deleted', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'deleted: delete', { ory: true });
    const person = await signUp(sandbox, serve);
    await sandbox.control.deleteContact((await onlyContact(sandbox)).id);
    await sandbox.control.deleteIdentity(person.id);
    const other = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await serve.send({ id: other.id, traits: { email: 'bob@example.org' } }, 'settings');
    await eventually(() => serve.outcomes(other.id).length === 1);
    await serve.send({ id: other.id, traits: { email: 'bob@example.org', name: 'Bob' } }, 'settings');
    await eventually(() => serve.outcomes(other.id).length === 2);
    await serve.send({ id: person.id, traits: traits(true, '+491700000001') }, 'settings');
    await eventually(() => serve.outcomes(person.id).length === 2);
    expect(serve.outcomes(person.id).at(-1)).toBe('skipped deleted');
  });
});

describe('A new contact', () => {
  it('gets its tags once, and keeps the tags of a salesperson', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'tags: [Ory, Sign-up]');
    const person = await signUp(sandbox, serve);
    expect(await tagNames(sandbox)).toEqual(['Ory', 'Sign-up']);
    await change(person, traits(true, '+491700000000'));
    expect(await sandbox.control.requests('tag')).toHaveLength(1);
  });

  it('is created even if Zoho refuses its tags', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'tags: [Ory]');
    const body = '{"code":"NO_PERMISSION","details":{},"message":"permission denied","status":"error"}';
    await sandbox.control.addFault({ on: { operation: 'tag' }, effect: { status: 403, body } });
    const { id } = await signUp(sandbox, serve);
    expect(serve.outcomes(id)).toEqual(['created']);
    await serve.logged((line) => line.msg.includes('tags'));
  });

  it('gets the assignment rule and the layout only when it is created', async () => {
    const sandbox = await aSandbox();
    const rule = '4150868000000061003';
    await sandbox.control.configure({ assignmentRules: { [rule]: '4150868000000061777' } });
    const serve = await serveWith(sandbox, `assignment_rule: "${rule}"`);
    const person = await signUp(sandbox, serve);
    await change(person, traits(true, '+491700000000'));
    const [upsert] = await sandbox.control.requests('upsert');
    expect(upsert?.body).toContain(`"lar_id":"${rule}"`);
    expect((await sandbox.control.requests('update'))[0]?.body).not.toContain('lar_id');
  });
});

describe('Rule 18: another mapping with a filled ledger', () => {
  it('sends new and changed values, and leaves fields that are no longer mapped', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, '');
    const person = await signUp(sandbox, serve);
    await serve.stop();
    writeFileSync(
      join(serve.folder, 'ory-zoho.mapping.yaml'),
      `fields: { Email: email, Last_Name: full_name, Description: "'from Ory'" }`,
    );
    const again = await aServe(sandbox, { folder: serve.folder });
    await again.logged(({ msg }) => msg.includes('by an older mapping'));
    const identity = await sandbox.control.identity(person.id);
    await again.send(identity ?? {}, 'settings');
    await eventually(() => again.outcomes(person.id).length === 1);
    const contact = await onlyContact(sandbox);
    expect(contact.history.at(-1)?.fields.toSorted()).toEqual(['Description', 'Last_Name']);
    expect(contact.fields).toMatchObject({ Last_Name: 'Ann Lee', Phone: '+491701234567' });
  });

  it('two processes with different mappings warn', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, '');
    const other = await serveWith(sandbox, 'tags: [Ory]', {
      variables: { DATABASE_URL: `sqlite:${serve.storePath}` },
    });
    const line = await other.logged(({ msg }) => msg.includes('another process on this store'));
    expect(line).toMatchObject({ kind: 'serve', pid: serve.process.pid });
  });
});

describe('Leads', () => {
  it('a converted lead that Zoho reports as gone is not replaced', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, 'module: Leads');
    const person = await signUp(sandbox, serve);
    const [lead] = await sandbox.control.contacts('Leads');
    await sandbox.control.convertLead(lead?.id ?? '');
    const gone = {
      code: 'INVALID_DATA',
      details: { id: lead?.id },
      message: 'the id given seems to be invalid',
      status: 'error',
    };
    await sandbox.control.addFault({
      on: { operation: 'update' },
      effect: { status: 400, body: JSON.stringify({ data: [gone] }) },
    });
    await change(person, traits(true, '+491709999999'));
    expect(serve.outcomes(person.id)).toEqual(['created', 'failed zoho_converted_record']);
    expect(await sandbox.control.contacts('Leads')).toEqual([]);
  });
});

describe("Zoho's field list", () => {
  it('is read again when Zoho says that a text is too long, and the text is cut to the new length', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, '');
    const person = await signUp(sandbox, serve);
    serve.change('UPDATE field_list SET read_at = read_at - 120000');
    await serve.stop();
    const again = await serveWith(sandbox, '', { folder: serve.folder });
    await sandbox.control.changeField('Contacts', 'Last_Name', { length: 5 });
    const longer = { ...traits(true), name: 'Ann Leeuwenhoek' };
    await again.send(await sandbox.control.updateIdentity(person.id, { traits: longer }), 'settings');
    await eventually(() => again.outcomes(person.id).length === 1);
    expect((await onlyContact(sandbox)).fields['Last_Name']).toBe('Leeuw');
    expect(again.outcomes(person.id)).toEqual(['updated']);
  });

  it('is read again by the next process, because a field may have changed meanwhile', async () => {
    const sandbox = await aSandbox();
    const serve = await serveWith(sandbox, '');
    await signUp(sandbox, serve);
    await serve.stop();
    const before = (await sandbox.control.requests('fields')).length;
    const again = await serveWith(sandbox, '', { folder: serve.folder });
    const other = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await again.send(other, 'registration');
    await eventually(() => again.outcomes(other.id).length === 1);
    expect(await sandbox.control.requests('fields')).toHaveLength(before + 1);
  });
});

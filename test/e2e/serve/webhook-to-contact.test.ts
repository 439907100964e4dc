import { describe, expect, it } from 'vitest';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

describe('from an Ory webhook to a Zoho contact', () => {
  it('a sign-up becomes one contact, with the workflows of a sign-up', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'Ann@Example.org', name: { first: 'Ann', last: 'Lee' }, phone: '+491701234567' },
    });
    expect(await serve.send(identity, 'registration')).toMatchObject({ status: 200, body: '{}' });
    await eventually(() => serve.outcomes(identity.id).length === 1);

    const contacts = await sandbox.control.contacts();
    expect(contacts).toHaveLength(1);
    expect(contacts[0]?.fields).toMatchObject({
      Email: 'Ann@Example.org',
      First_Name: 'Ann',
      Last_Name: 'Lee',
      Phone: '+491701234567',
    });
    expect(contacts[0]?.history[0]?.trigger).toEqual(['workflow']);
    expect(serve.outcomes(identity.id)).toEqual(['created']);
    expect(serve.log.find(({ msg }) => msg === 'batch')).toMatchObject({
      operation: 'upsert',
      records: 1,
      identity_ids: [identity.id],
    });
  });

  it('a changed email changes the contact instead of creating a second one', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann Lee' },
    });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { email: 'ann.lee@example.org', name: 'Ann Lee' },
    });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(identity.id).length === 2);

    const contacts = await sandbox.control.contacts();
    expect(contacts.map((contact) => contact.fields['Email'])).toEqual(['ann.lee@example.org']);
    expect(contacts[0]?.history.at(-1)?.fields).toEqual(['Email']);
  });

  it('the same webhook again writes nothing, and a late old one is dropped', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const old = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann' } });
    const changed = await sandbox.control.updateIdentity(old.id, {
      traits: { email: 'ann@example.org', name: 'Anna' },
    });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(old.id).length === 1);
    await serve.send(changed, 'settings');
    await serve.send(old, 'registration');
    const puts = serve.log.filter((line) => line.msg === 'put').map((line) => line['result']);
    expect(puts).toEqual(['put', 'same', 'older']);
    const [contact] = await sandbox.control.contacts();
    expect(contact).toMatchObject({ writes: 1, fields: { Last_Name: 'Anna' } });
  });

  it('changes while Zoho is down arrive in the newest version when it is back', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.setDown(true);
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    await serve.send(identity, 'registration');
    await serve.logged((line) => line['reason'] === 'zoho_unavailable');
    for (const name of ['Anna', 'Annabel']) {
      const traits = { email: 'ann@example.org', name };
      await serve.send(await sandbox.control.updateIdentity(identity.id, { traits }), 'settings');
    }
    await sandbox.control.setDown(false);
    await eventually(() => serve.outcomes(identity.id).length > 0);
    const [contact] = await sandbox.control.contacts();
    expect(contact).toMatchObject({ writes: 1, fields: { Last_Name: 'Annabel' } });
    expect(contact?.history[0]?.trigger).toEqual(['workflow']);
  });

  it('a refused phone does not keep the sign-up out', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const traits = {
      email: 'ann@example.org',
      name: 'Ann Lee',
      phone: 'call me, maybe? (after six, or on a Sunday)',
    };
    const identity = await sandbox.control.createIdentity({ traits });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    expect((await sandbox.control.contacts())[0]?.fields).toMatchObject({
      Email: 'ann@example.org',
      Phone: null,
    });
    expect(serve.log.find((line) => line['left_out'] !== undefined)?.['left_out']).toEqual(['Phone']);

    // The refused value is not sent again with the next change.
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { ...traits, name: 'Anna Lee' },
    });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(identity.id).length === 2);
    expect((await sandbox.control.requests('update')).map((request) => request.status)).toEqual([200]);
  });

  it('a record Zoho refuses is kept as failed with its reason, and its neighbours go through', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const bad = await sandbox.control.createIdentity({ traits: { email: 'ann@localhost', name: 'Ann' } });
    const good = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org', name: 'Bob' } });
    await Promise.all([serve.send(bad, 'registration'), serve.send(good, 'registration')]);
    await eventually(() => serve.outcomes(good.id).length === 1 && serve.outcomes(bad.id).length === 1);
    expect(serve.outcomes(bad.id)).toEqual(['failed zoho_invalid_data']);
    expect(serve.outcomes(good.id)).toEqual(['created']);
    expect(serve.rows('SELECT state, code, field FROM outbox')).toEqual([
      { state: 'failed', code: 'INVALID_DATA', field: 'Email' },
    ]);
  });

  it('a contact that sales made by hand is adopted, not doubled', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.putContact(null, {
      Email: 'ANN@example.org',
      Last_Name: 'Lee',
      Description: 'met at the fair',
    });
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const contacts = await sandbox.control.contacts();
    expect(contacts).toHaveLength(1);
    // A made-up name never replaces a real one.
    expect(contacts[0]?.fields).toMatchObject({ Last_Name: 'Lee', Description: 'met at the fair' });
  });

  it('deleted and signed up again: the newcomer gets the contact once Ory says that the old identity is gone', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const other = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org', name: 'Bob' } });
    const old = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann' } });
    await serve.send(other, 'registration');
    await serve.send(old, 'registration');
    await eventually(() => serve.outcomes(old.id).length === 1 && serve.outcomes(other.id).length === 1);
    // The read of a known identity proves that this is the right project.
    await serve.send({ id: other.id, traits: other['traits'] ?? null }, 'settings');
    await eventually(() => serve.outcomes(other.id).length === 2);

    await sandbox.control.deleteIdentity(old.id);
    const again = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann Again' },
    });
    await serve.send(again, 'registration');
    await eventually(() => serve.outcomes(again.id).length === 1);
    const contacts = await sandbox.control.contacts();
    expect(contacts.map((contact) => contact.fields['Last_Name']).toSorted()).toEqual(['Again', 'Bob']);
    expect(serve.rows('SELECT reason FROM ledger WHERE identity_id = ?', old.id)).toEqual([
      { reason: 'deleted' },
    ]);
  });

  it('never takes the contact of an existing identity with the same email', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const first = await sandbox.control.createIdentity({
      traits: { email: 'info@example.org', name: 'First' },
    });
    await serve.send(first, 'registration');
    await eventually(() => serve.outcomes(first.id).length === 1);
    // Allowed by a schema whose emails are not credentials.
    const second = await sandbox.control.createIdentity({
      traits: { emails: ['info@example.org'], name: 'Second' },
    });
    await serve.send(second, 'registration');
    await eventually(() => serve.outcomes(second.id).length === 1);
    expect(serve.outcomes(second.id)).toEqual(['failed email_taken']);
    expect((await sandbox.control.contacts()).map((contact) => contact.fields['Last_Name'])).toEqual([
      'First',
    ]);
  });

  it('a webhook of the old recipe, without times, is read from Ory before delivery', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: { first: 'Ann', last: 'Lee' } },
    });
    await serve.send({ id: identity.id, traits: { email: 'stale@example.org' } }, 'settings');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    expect((await sandbox.control.contacts())[0]?.fields).toMatchObject({
      Email: 'ann@example.org',
      Last_Name: 'Lee',
    });
  });

  it('a contact deleted in Zoho comes back with the next change', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const traits = { email: 'ann@example.org', name: { first: 'Ann', last: 'Lee' } };
    const identity = await sandbox.control.createIdentity({ traits });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const [contact] = await sandbox.control.contacts();
    await sandbox.control.deleteContact(contact?.id ?? '');
    const changed = await sandbox.control.updateIdentity(identity.id, {
      traits: { ...traits, name: { first: 'Anna', last: 'Lee' } },
    });
    await serve.send(changed, 'settings');
    await eventually(() => serve.outcomes(identity.id).length === 2);
    const contacts = await sandbox.control.contacts();
    expect(contacts.map(({ fields }) => [fields['First_Name'], fields['Email']])).toEqual([
      ['Anna', 'ann@example.org'],
    ]);
  });

  it('with the Ory-id field a contact whose email sales changed is still found', async () => {
    const sandbox = await aSandbox({
      fields: [
        { apiName: 'Ory_Identity_ID', dataType: 'text', length: 64, unique: { caseSensitive: false } },
      ],
    });
    const serve = await aServe(sandbox, { variables: { ORY_ID_FIELD: 'Ory_Identity_ID' } });
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    await sandbox.control.putContact(null, {
      Email: 'private@example.org',
      Last_Name: 'Lee',
      Ory_Identity_ID: identity.id,
    });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const contacts = await sandbox.control.contacts();
    expect(contacts.map(({ fields }) => fields['Email'])).toEqual(['ann@example.org']);
  });
});

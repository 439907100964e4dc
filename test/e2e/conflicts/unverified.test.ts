import { describe, expect, it } from 'vitest';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { sync } from '../processes/sync-run.ts';
import { aStage, LOOKING, NO_COQL, ORY_ID } from './stage.ts';
import type { Setting, Stage } from './stage.ts';

const FIELDS = 'fields: { Email: email, First_Name: first_name, Last_Name: last_name, Phone: phone }\n';
const MAPPING = `adopt_unverified: false\n${FIELDS}`;
const EMAIL = 'ann@example.org';
const ANN = { email: EMAIL, name: { first: 'Ann', last: 'Smith' } };
const BY_HAND = { Email: EMAIL, Last_Name: 'Lee', Phone: '+15550100' };
const SKIPPED = 'skipped unverified_match';

interface Stranger {
  readonly stage: Stage;
  readonly contactId: string;
  readonly id: string;
}

/** A person signs up with a customer's email and has not verified it. */
async function aStranger(setting: Setting = {}): Promise<Stranger> {
  const stage = await aStage({ admin: true, ...setting, mapping: setting.mapping ?? MAPPING });
  const contactId = await stage.salesMakes(BY_HAND);
  return { stage, contactId, id: await stage.signUp(ANN) };
}

const optionsOf = ({ serve }: Stage, { oryId = false }: Setting = {}) => ({
  folder: serve.folder,
  variables: oryId ? { ORY_ID_FIELD: ORY_ID } : {},
});

async function command({ sandbox, serve }: Stage, args: readonly string[], variables: object = {}) {
  const { folder } = serve;
  return runCommand(args, { folder, variables: { ...connectionTo(sandbox, folder), ...variables } });
}

describe.each(LOOKING)('adopt_unverified: false, %s', (_how, setting) => {
  it('an unverified email takes over no contact; once verified, the webhook links it', async () => {
    const { stage, contactId, id } = await aStranger(setting);
    expect(stage.outcomes(id)).toEqual([SKIPPED]);
    expect(stage.link(id)).toBeNull();
    expect(await stage.onlyContact()).toMatchObject({ id: contactId, writes: 1, fields: BY_HAND });
    // A repeated webhook has nothing new.
    await stage.tell(id, 'login');
    expect(stage.outcomes(id)).toEqual([SKIPPED]);

    await stage.sandbox.control.verifyIdentity(id);
    await stage.tell(id, 'verification');
    await stage.settled(id, 2);
    expect(stage.outcomes(id)).toEqual([SKIPPED, 'updated']);
    expect(stage.link(id)).toBe(contactId);
    expect((await stage.onlyContact()).fields).toMatchObject({ First_Name: 'Ann', Last_Name: 'Smith' });
    await stage.staysQuiet(id);
  });

  it('sync, preview and dry runs say so and name the contact; a scan finds that it is verified', async () => {
    const { stage, contactId, id } = await aStranger(setting);
    const options = optionsOf(stage, setting);
    const synced = await sync(stage.sandbox, [EMAIL], options);
    expect(synced).toMatchObject({
      code: 0,
      first: { action: 'skipped', reason: 'unverified_match', contact_id: contactId, fields: [] },
    });
    expect(synced.first?.link).toMatch(new RegExp(`${contactId}$`));
    const foretold = await sync(stage.sandbox, [EMAIL, '--dry-run'], options);
    expect(foretold.first).toMatchObject({
      action: 'skipped',
      reason: 'unverified_match',
      contact_id: contactId,
    });
    const preview = await command(stage, ['mapping', 'preview', EMAIL], optionsOf(stage, setting).variables);
    expect(preview.stdout.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`not verified.*${contactId}`));
    const dry = await runBackfill(stage.sandbox, ['--dry-run'], options);
    expect(dry.last).toMatchObject({ skipped: 1 });
    expect(dry.backfill.events).toContainEqual(
      expect.objectContaining({ identity_id: id, reason: 'unverified_match', contact_id: contactId }),
    );
    const { stdout } = await command(stage, ['backfill', '--dry-run'], optionsOf(stage, setting).variables);
    expect(stdout).toMatch(new RegExp(`unverified_match[\\s\\S]*${id}.*${contactId}`));

    // Verification does not change updated_at.
    await stage.sandbox.control.verifyIdentity(id);
    const { last } = await runBackfill(stage.sandbox, [], options);
    expect(last).toMatchObject({ event: 'done', updated: 1 });
    expect(stage.link(id)).toBe(contactId);
  });

  it('sync of an identity that has been verified links it', async () => {
    const { stage, contactId, id } = await aStranger(setting);
    await stage.sandbox.control.verifyIdentity(id);
    expect((await sync(stage.sandbox, [EMAIL], optionsOf(stage, setting))).first).toMatchObject({
      action: 'updated',
      contact_id: contactId,
    });
  });

  it('an identity whose email no contact has gets its own contact, and keeps it', async () => {
    const stage = await aStage({ admin: true, ...setting, mapping: MAPPING });
    const id = await stage.signUp(ANN);
    expect(stage.outcomes(id)).toEqual(['created']);
    await stage.change(id, { ...ANN, phone: '+491701234567' });
    expect(stage.outcomes(id)).toEqual(['created', 'updated']);
  });

  it('takes over a contact that we made for a deleted identity, but none that was there before', async () => {
    const stage = await aStage({ admin: true, ...setting, mapping: MAPPING });
    const made = await stage.signUp(ANN);
    const contactId = stage.link(made);
    await stage.sandbox.control.deleteIdentity(made);
    const again = await stage.signUp({ ...ANN, name: { first: 'Anna', last: 'Smith' } });
    expect(stage.outcomes(again)).toEqual(['updated']);
    expect(stage.link(again)).toBe(contactId);

    await stage.salesMakes({ Email: 'bob@example.org', Last_Name: 'Brown' });
    const { id: found } = await stage.sandbox.control.createIdentity({
      traits: { email: 'bob@example.org' },
    });
    await stage.sandbox.control.verifyIdentity(found);
    await stage.tell(found, 'registration');
    await stage.settled(found, 1);
    await stage.sandbox.control.deleteIdentity(found);
    const stranger = await stage.signUp({ email: 'bob@example.org', name: { first: 'Not', last: 'Bob' } });
    expect(stage.outcomes(stranger)).toEqual([SKIPPED]);
    expect(stage.link(stranger)).toBeNull();
    const contacts = await stage.contacts();
    expect(contacts.find(({ fields }) => fields['Email'] === 'bob@example.org')?.fields['Last_Name']).toBe(
      'Brown',
    );
  });
});

describe('adopt_unverified', () => {
  it('false: a contact that we made is taken over, although Zoho does not answer the first time', async () => {
    const stage = await aStage({ admin: true, oryId: true, mapping: MAPPING });
    const gone = await stage.signUp(ANN);
    const contactId = stage.link(gone);
    await stage.sandbox.control.deleteIdentity(gone);
    await stage.sandbox.control.addFault({ on: { operation: 'update' }, effect: { status: 503 } });
    const id = await stage.signUp({ ...ANN, name: { first: 'Anna', last: 'Smith' } });
    expect(stage.outcomes(id)).toEqual(['updated']);
    expect(stage.link(id)).toBe(contactId);
  });

  it('not set: an unverified email takes over the contact', async () => {
    const { stage, contactId, id } = await aStranger({ mapping: FIELDS });
    expect(stage.outcomes(id)).toEqual(['updated']);
    expect(stage.link(id)).toBe(contactId);
  });

  it('false: does not apply to an email that Ory does not verify', async () => {
    const stage = await aStage({ admin: true, mapping: MAPPING });
    const contactId = await stage.salesMakes(BY_HAND);
    // In the sandbox's schema this is neither an identifier nor a verifiable address.
    const id = await stage.signUp({ emails: [EMAIL], name: ANN.name });
    expect(stage.outcomes(id)).toEqual(['updated']);
    expect(stage.link(id)).toBe(contactId);
  });

  it('false: without the admin API the email of a hint counts as not verified', async () => {
    const stage = await aStage({ mapping: MAPPING });
    await stage.salesMakes(BY_HAND);
    const { id } = await stage.sandbox.control.createIdentity({ traits: ANN });
    await stage.sandbox.control.verifyIdentity(id);
    await stage.serve.send({ id, traits: ANN }, 'registration');
    await stage.settled(id, 1);
    expect(stage.outcomes(id)).toEqual([SKIPPED]);
    // A full webhook says whether it is verified.
    await stage.tell(id, 'verification');
    await stage.settled(id, 2);
    expect(stage.outcomes(id)).toEqual([SKIPPED, 'updated']);
  });

  it('false: an existing link stays when the email becomes an unverified one', async () => {
    const stage = await aStage({ admin: true, mapping: MAPPING });
    const id = await stage.signUp(ANN);
    await stage.change(id, { ...ANN, email: 'ann@new.example' });
    expect(stage.outcomes(id)).toEqual(['created', 'updated']);
    expect((await stage.onlyContact()).fields['Email']).toBe('ann@new.example');
  });

  it('false: without the COQL scope unverified identities wait, and verified ones go on', async () => {
    const stage = await aStage({ ...NO_COQL, admin: true, mapping: MAPPING });
    const { id } = await stage.sandbox.control.createIdentity({ traits: ANN });
    await stage.tell(id, 'registration');
    await eventually(() => stage.row(id)?.['waits_reason'] === 'needs_coql');
    const { id: bob } = await stage.sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await stage.sandbox.control.verifyIdentity(bob);
    await stage.tell(bob, 'registration');
    await stage.settled(bob, 1);
    expect(stage.outcomes(bob)).toEqual(['created']);
    expect((await command(stage, ['status'])).code).toBe(4);
    await stage.sandbox.control.verifyIdentity(id);
    await stage.tell(id, 'verification');
    await stage.settled(id, 1);
    expect(stage.outcomes(id)).toEqual(['created']);
  });
});

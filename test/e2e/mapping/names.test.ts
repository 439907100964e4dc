import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

type Case = readonly [traits: JsonObject, First_Name: string | null, Last_Name: string, Phone?: string];

/** Each gets an email of its own. */
const CASES: readonly Case[] = [
  [{ name: 'Kim', surname: 'Oh' }, 'Kim', 'Oh'],
  [{ name: 'Kim Ann', surname: 'Oh' }, 'Kim Ann', 'Oh'],
  [{ name: 'Kim', surname: 'van den Berg' }, 'Kim', 'van den Berg'],
  [{ firstname: 'Kim', lastname: 'Oh' }, 'Kim', 'Oh'],
  [{ name: { firstname: 'Kim', lastname: 'Oh' } }, 'Kim', 'Oh'],
  [{ fullname: 'Kim Oh' }, 'Kim', 'Oh'],
  [{ firstName: 'Kim', lastName: 'Oh', phoneNumber: '+4930111222' }, 'Kim', 'Oh', '+4930111222'],
  [{ FIRST_NAME: 'Kim', 'family-name': 'Oh', mobilePhone: 4930111222 }, 'Kim', 'Oh', '4930111222'],
  [{ name: 'Kim van der Oh' }, 'Kim', 'van der Oh'],
  [{ name: 'Otto von und zu Berg' }, 'Otto', 'von und zu Berg'],
  [{ name: 'Oh, Kim' }, 'Kim', 'Oh'],
  [{ name: 'Kim Oh, PhD' }, 'Kim', 'Oh'],
  [{ name: 'Kim Oh, B.S.N.' }, 'Kim', 'Oh'],
  [{ name: 'Garcia Marquez, EVA' }, 'EVA', 'Garcia Marquez'],
  [{ name: { name: 'Kim', surname: 'Oh' } }, 'Kim', 'Oh'],
  [{ name: 'Dr. Kim Oh Jr.' }, 'Kim', 'Oh Jr.'],
  [{ name: '佐藤 花子' }, '花子', '佐藤'],
  [{ name: { first: '  Kim ', last: 'Oh\n' } }, 'Kim', 'Oh'],
];

/** The built-in mapping's hash from before it covered the version of names and values. */
const OLD_HASH = '63e48819398bb1274c231c3deec6ce51abd4a8e9aaa224fd281dc4db45f955a8';

describe('the built-in mapping', () => {
  it('finds first name, last name and phone in the usual layouts of traits', async () => {
    const sandbox = await aSandbox();
    for (const [index, [traits]] of CASES.entries()) {
      await sandbox.control.createIdentity({ traits: { email: `p${index}@example.org`, ...traits } });
    }
    expect((await runBackfill(sandbox)).last).toMatchObject({ created: CASES.length, failed: 0 });
    const made = (await sandbox.control.contacts()).map(({ fields }) => fields);
    const found = CASES.map(([traits], index) => {
      const contact = made.find((one) => one['Email'] === `p${index}@example.org`);
      return [traits, contact?.['First_Name'], contact?.['Last_Name'], contact?.['Phone']];
    });
    expect(found).toEqual(CASES.map(([traits, first, last, phone]) => [traits, first, last, phone ?? null]));
  });
});

/**
 *
 * A store left by the previous version: `name` became the contact's last name, the surname was ignored, and
 * the ledger
 * knows this under the old hash.
 */
async function upgraded(sandbox: Sandbox) {
  const folder = newFolder();
  const file = join(folder, 'ory-zoho.mapping.yaml');
  writeFileSync(file, 'fields:\n  Email: email\n  Last_Name: traits.name\n  Phone: phone\n');
  const traits = { email: 'kim@example.org', name: 'Kim', surname: 'Oh', phone: '+49 30 1' };
  const { id } = await sandbox.control.createIdentity({ traits });
  const { backfill } = await runBackfill(sandbox, [], { folder });
  rmSync(file);
  backfill.change('UPDATE ledger SET mapping_hash = ?', OLD_HASH);
  backfill.change('UPDATE store SET mapping_hash = ?', OLD_HASH);
  return { folder, id, backfill };
}

async function nameInZoho(sandbox: Sandbox): Promise<unknown[]> {
  const contacts = await sandbox.control.contacts();
  return contacts.map(({ fields }) => [fields['First_Name'], fields['Last_Name']]);
}

describe('a store with names that an older version got wrong', () => {
  it('backfill corrects the contacts', async () => {
    const sandbox = await aSandbox();
    const { folder } = await upgraded(sandbox);
    expect(await nameInZoho(sandbox)).toEqual([[null, 'Kim']]);
    const { last } = await runBackfill(sandbox, [], { folder });
    expect(last).toMatchObject({ updated: 1, failed: 0 });
    expect(await nameInZoho(sandbox)).toEqual([['Kim', 'Oh']]);
    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ unchanged: 1 });
  });

  it('serve does not correct them by itself, nor by the scan after a gap', async () => {
    const sandbox = await aSandbox();
    const { folder, backfill } = await upgraded(sandbox);
    backfill.change("UPDATE store SET served_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 60000");
    const serve = await aServe(sandbox, { folder, ory: true });
    await serve.logged(({ msg }) => msg === 'reconcile is done');
    await serve.stop();
    expect(await nameInZoho(sandbox)).toEqual([[null, 'Kim']]);
    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ updated: 1 });
    expect(await nameInZoho(sandbox)).toEqual([['Kim', 'Oh']]);
  });

  it('backfill tries identities again that failed under the older version', async () => {
    const sandbox = await aSandbox();
    const fault = await sandbox.control.addFault({
      times: 'always',
      effect: { refuseField: { apiName: 'Email', code: 'INVALID_DATA' } },
    });
    await sandbox.control.createIdentity({
      traits: { email: 'kim@example.org', name: 'Kim', surname: 'Oh' },
    });
    const { folder, last, backfill } = await runBackfill(sandbox);
    expect(last).toMatchObject({ failed: 1 });
    await sandbox.control.removeFault(fault);
    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ failed: 1 });
    backfill.change('UPDATE outbox SET mapping_hash = ?', OLD_HASH);
    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ created: 1, failed: 0 });
  });
});

describe('a last name that is in no trait', () => {
  async function five(): Promise<Sandbox> {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { email: 'kim@example.org', name: 'Kim Oh' } });
    for (const name of ['ann', 'bob', 'cem', 'dan']) {
      await sandbox.control.createIdentity({ traits: { email: `${name}@example.org` } });
    }
    return sandbox;
  }

  it('`mapping check` says for how many of a sample it was made up, with three examples', async () => {
    const sandbox = await five();
    const folder = newFolder();
    const variables = connectionTo(sandbox, folder);
    const { stdout, code } = await runCommand(['mapping', 'check'], { folder, variables });
    expect(stdout).toMatch(
      /warn +mapping +the last name was made up for 4 of 5 identities: (\w+@example\.org -> \w+(, )?){3}, …\n/,
    );
    expect(code).toBe(0);
  });

  it('`mapping check` says that it was made up for none', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { email: 'kim@example.org', name: 'Kim Oh' } });
    const folder = newFolder();
    const { stdout } = await runCommand(['mapping', 'check'], {
      folder,
      variables: connectionTo(sandbox, folder),
    });
    expect(stdout).toContain('the last name was made up for none of 1');
  });
});

import { expect, it } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

/** Traits whose email is not an identifier of this schema, so two identities can share it. */
const shared = (first: string) => ({
  emails: ['info@example.org'],
  name: { first, last: 'Lee' },
});

it.each([
  ['by email alone', undefined],
  ['by the Ory id in the contact', 'Ory_Identity_ID'],
])(
  'failed retry --take-over gives the newcomer the contact of an existing identity, %s',
  async (_how, field) => {
    const fields = field === undefined ? [] : [{ apiName: field, unique: { caseSensitive: false } }];
    const sandbox = await aSandbox({ fields });
    const variables = field === undefined ? {} : { ORY_ID_FIELD: field };
    const serve = await aServe(sandbox, { ory: true, variables });
    const first = await sandbox.control.createIdentity({ traits: shared('First') });
    await serve.send(first, 'registration');
    await eventually(() => serve.outcomes(first.id).length > 0);
    const second = await sandbox.control.createIdentity({ traits: shared('Second') });
    await serve.send(second, 'registration');
    await eventually(() => serve.outcomes(second.id).includes('failed email_taken'));

    const { code } = await runCommand(['failed', 'retry', second.id, '--take-over'], {
      folder: serve.folder,
      variables: { ...connectionTo(sandbox, serve.folder), ...variables },
    });
    expect(code).toBe(0);
    await eventually(() => serve.outcomes(second.id).at(-1) === 'updated');
    expect(await sandbox.control.contacts()).toMatchObject([{ fields: { First_Name: 'Second' } }]);
    await eventually(() => serve.outcomes(first.id).at(-1) === 'failed email_taken');
    expect(serve.rows('SELECT identity_id FROM ledger WHERE contact_id IS NOT NULL')).toEqual([
      { identity_id: second.id },
    ]);
  },
);

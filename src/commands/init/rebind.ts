import { readSettings } from '../../config/sources.ts';
import { ConfigurationError } from '../../errors.ts';
import { normalAdminUrl, withCredentials } from '../../model/admin-url.ts';
import { createOryAdminClient } from '../../ory/admin/admin-client.ts';
import { refuseAdminUrl } from '../../ory/admin/admin-request.ts';
import { readBoundOry, rebindOry } from '../../store/binding.ts';
import type { Store } from '../../store/open.ts';
import { differenceText, likenessOf } from '../../sync/ory-project/same-project.ts';
import { withExistingStore } from '../parts/existing-store.ts';
import { configWithMadeUpValues } from '../parts/required-values.ts';
import type { InitOptions } from './init-options.ts';
import { save } from './save/save-answers.ts';
import { say } from '../terminal/print.ts';
import { warn } from './talk.ts';

/**
 * `init --rebind`: binds the store to another address of Ory because the operator says so. It reports what it
 * finds there but does not require a match.
 * @throws ConfigurationError without an address or a store, or with other flags; StoreError
 */
export async function rebind(options: InitOptions, signal: AbortSignal): Promise<void> {
  refuseMore(options);
  const settings = await readSettings({});
  const { databaseUrl } = configWithMadeUpValues(settings);
  const given = options.oryUrl ?? settings.get('ORY_ADMIN_URL')?.value;
  if (given === undefined) {
    throw new ConfigurationError('missing_variables', 'ORY_ADMIN_URL is not set.', {
      hint: 'Set it, or give the address: `ory-zoho init --rebind --ory-url <url>`.',
    });
  }
  const to = normalAdminUrl(given) ?? refuseAdminUrl();
  const apiKey = settings.get('ORY_PROJECT_API_KEY')?.value;
  await withExistingStore(databaseUrl, async (store) => {
    const from = await readBoundOry(store);
    if (from !== to)
      await sayLikeness(store, { adminUrl: given, ...(apiKey !== undefined && { apiKey }) }, signal);
    signal.throwIfAborted();
    if (from !== to && !(await rebindOry(store, from, to))) throw meanwhile();
    if (options.oryUrl !== undefined)
      await save({ ORY_ADMIN_URL: apiKey === undefined ? withCredentials(given) : to }, undefined);
    process.stdout.write(textOf(from, to));
  });
}

async function sayLikeness(
  store: Store,
  where: { readonly adminUrl: string; readonly apiKey?: string },
  signal: AbortSignal,
): Promise<void> {
  const ory = createOryAdminClient(where);
  try {
    const likeness = await likenessOf(store, ory, signal);
    if (likeness.kind === 'failed')
      warn(`The project could not be compared with the store. ${likeness.message}`);
    else if (likeness.kind === 'other') warn(`${differenceText(likeness)}. The store is bound to it anyway.`);
    else say(likeness.of === 0 ? '  The store has no contacts to compare with.' : sameText(likeness.of));
  } finally {
    await ory.close();
  }
}

function sameText(of: number): string {
  return of === 1
    ? '  It has the only linked identity, and it is as new as in the store.'
    : `  It has the ${of} identities that were linked last, and they are as new as in the store.`;
}

function textOf(from: string | null, to: string): string {
  if (from === to) return `The store is already bound to ${to}.\n`;
  const before = from === null ? '' : ` It was bound to ${from}.`;
  return `The store is now bound to ${to}.${before}\nNext: start ory-zoho serve, or restart it if it is running.\n`;
}

function refuseMore({
  connect,
  dataCenter,
  clientId,
  code,
  oryIdField,
  adopt,
  adoptUnverified,
  publicUrl,
  ...rest
}: InitOptions) {
  const others = [
    connect,
    dataCenter,
    clientId,
    code,
    oryIdField,
    adopt,
    adoptUnverified,
    publicUrl,
    rest.testContact,
    rest.writeEnv,
  ];
  if (others.every((value) => value === undefined) && !rest.secretsStdin) return;
  throw new ConfigurationError(
    'rebind_alone',
    '--rebind only binds the store and takes no other flag than --ory-url.',
    {
      hint: 'Run `ory-zoho init` with the other flags first, then `ory-zoho init --rebind`.',
    },
  );
}

function meanwhile(): ConfigurationError {
  return new ConfigurationError('rebound_meanwhile', 'Another process has bound the store in the meantime.', {
    hint: 'Run `ory-zoho doctor` to see what it is bound to.',
  });
}

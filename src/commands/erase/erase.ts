import { deliveryConfig } from '../../config/serve-config.ts';
import type { DeliveryConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import { ConfigurationError, OryZohoError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { readErasure } from '../../store/erasure.ts';
import { liftErase, putErase } from '../../store/outbox/put/put-erase.ts';
import { SILENT } from '../../zoho/zoho-log.ts';
import { confirmed } from '../terminal/confirmed.ts';
import { announcement, notesOn, othersText } from './announcement.ts';
import { carryOutErasure, whatIsLeft } from './carry-out.ts';
import { findWithContacts } from '../../sync/find-identity/with-contacts.ts';
import type { Search } from '../../sync/find-identity/with-contacts.ts';
import type { EraseOptions } from './erase-options.ts';
import { LOOK_YOURSELF, outcomeNote } from './outcome-note.ts';
import { doneState, exitCodeOfErasure, resultOf, resultText, stateOf } from './erase-result.ts';
import type { EraseResult } from './erase-result.ts';
import type { IdentityContacts } from '../../sync/find-identity/whose-contacts.ts';
import { requireStore } from '../parts/existing-store.ts';
import { recordPage } from '../parts/contact-page.ts';
import { openParts } from '../parts/open-parts.ts';
import type { Parts } from '../parts/open-parts.ts';
import { Delivering } from '../parts/delivering.ts';
import { namedBy } from '../parts/named-identity.ts';
import { onStopSignals } from '../parts/stop-signals.ts';
import { hostsOf } from '../parts/zoho-connection.ts';
import { print, say } from '../terminal/print.ts';

interface Erasing {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly delivering: Delivering;
  readonly options: EraseOptions;
}

/**
 * `ory-zoho erase`: deletes the contact of an identity and everything stored about it, after a question. The
 * identity is not synced again until `--lift`.
 * @returns 0 erased or lifted; 1 queued, failed or not found; 4 not connected; 130 interrupted
 */
export async function erase(who: string, options: EraseOptions): Promise<ExitCode> {
  const config = deliveryConfig(await readSettings({}));
  requireStore(config.databaseUrl);
  const parts = await openParts(config, say);
  const delivering = new Delivering({ config, parts, report: () => {}, log: SILENT });
  const erasing: Erasing = { config, parts, delivering, options };
  try {
    const search = await find(erasing, who);
    return await (options.lift ? lift(erasing, search) : eraseFound(erasing, search));
  } finally {
    await delivering.zoho.close();
    await parts.close();
  }
}

function find({ config: { oryIdField }, parts, delivering }: Erasing, who: string): Promise<Search> {
  const { store, mapping, ory } = parts;
  const context = { store, ory, zoho: delivering.zoho, module: mapping.module, oryIdField };
  return findWithContacts(context, namedBy(who));
}

async function eraseFound(erasing: Erasing, search: Search): Promise<ExitCode> {
  const { options, parts } = erasing;
  const subject = onlyOne(search);
  const hosts = hostsOf(erasing.config.zoho);
  const linkTo = (id: string) => recordPage(hosts, parts.mapping.module, id);
  if (subject === undefined) {
    process.stderr.write(notesOn(search, linkTo));
    tell(resultOf(search, undefined, { state: 'not_found' }), options);
    return 1;
  }
  const { erasure } = subject;
  if (erasure?.erasedAt != null && erasure.kind === null && subject.contacts.length === 0) {
    process.stderr.write(othersText(subject, linkTo) + notesOn(search, linkTo));
    const { erasedAt, erasedContacts: deleted } = erasure;
    const { gone } = await whatIsLeft(erasing.delivering.zoho, parts.mapping.module, deleted);
    const after = { erasedAt, deleted, gone };
    const state = doneState(subject, deleted);
    tell(resultOf(search, subject, { state, already: true }, after), options);
    if (state === 'erased') return 0;
    process.stderr.write(LOOK_YOURSELF);
    return 1;
  }
  process.stderr.write(announcement(search, subject, linkTo));
  const answer = options.yes ? 'yes' : await confirmed(`Erase ${subject.identityId}?`, '--yes');
  if (answer !== 'yes') {
    say('Nothing was changed.');
    return answer === 'cut' ? 130 : 0;
  }
  return putAndCarryOut(erasing, search, subject);
}

async function putAndCarryOut(
  erasing: Erasing,
  search: Search,
  subject: IdentityContacts,
): Promise<ExitCode> {
  const { options, parts, delivering } = erasing;
  const { identityId, emailKey } = subject;
  await putErase(parts.store, identityId, emailKey);
  const over = new AbortController();
  const stopListening = onStopSignals(() => over.abort());
  const waitMs = options.wait * 1_000;
  const contactIds = subject.contacts.map(({ id }) => id);
  const carried = await carryOutErasure({ delivering, identityId, contactIds, waitMs, signal: over.signal });
  stopListening();
  const after = await readErasure(parts.store, identityId);
  const deleted = after?.erasedContacts ?? [];
  const state = carried.is === 'erased' ? doneState(subject, deleted) : stateOf(carried);
  const result = resultOf(
    search,
    subject,
    { state },
    {
      erasedAt: after?.erasedAt ?? null,
      deleted,
      gone: carried.is === 'erased' ? carried.gone : [],
      reason: carried.is === 'failed' || carried.is === 'held' ? carried.reason : null,
    },
  );
  tell(result, options);
  process.stderr.write(state === 'store_only' ? LOOK_YOURSELF : outcomeNote(identityId, carried));
  return over.signal.aborted && carried.is === 'queued' ? 130 : exitCodeOfErasure(carried, state);
}

async function lift({ parts, options }: Erasing, search: Search): Promise<ExitCode> {
  const subject = onlyOne(search);
  const identityId = subject?.identityId;
  if (subject === undefined || identityId === undefined || subject.erasure?.erasedAt == null) {
    say('No erased identity was found.');
    tell(resultOf(search, subject, { state: 'not_found' }), options);
    return 1;
  }
  if (await liftErase(parts.store, identityId)) {
    tell(resultOf(search, { ...subject, contacts: [] }, { state: 'lifted' }), options);
    return 0;
  }
  throw new OryZohoError('erasing', `The erasure of ${identityId} is still under way.`, {
    hint: 'Lift it when it is done. `ory-zoho status` shows what is waiting, `ory-zoho failed list` what failed.',
  });
}

/** @throws ConfigurationError for several; OryZohoError if none was found but a system could not be asked */
function onlyOne({ subjects, problems }: Search): IdentityContacts | undefined {
  const [subject, another] = subjects;
  if (another !== undefined) {
    const ids = subjects.map(({ identityId }) => `\n  ${identityId}`).join('');
    throw new ConfigurationError('which', `${subjects.length} identities are related to this email:${ids}`, {
      hint: 'Give the id of the one you mean.',
    });
  }
  if (subject === undefined && problems.length > 0) {
    throw new OryZohoError(
      'cannot_tell',
      `No identity was found, but not all systems could be asked.\n${problems.join('\n')}`,
      {
        hint: 'Fix that (`ory-zoho doctor` helps), or give the id of the identity.',
      },
    );
  }
  return subject;
}

function tell(result: EraseResult, { json }: EraseOptions): void {
  print(json ? JSON.stringify(result) : resultText(result));
}

import type { Identity } from '../../model/identity.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import { updatedAtMicros } from '../../ory/identity/identity-version.ts';
import { readNewestLinks } from '../../store/newest-links.ts';
import type { NewestLink } from '../../store/newest-links.ts';
import type { Store } from '../../store/open.ts';

/** How many of the newest links are checked. */
const ASKED = 20;

/** Whether another address leads to the Ory project that filled the store. */
export type Likeness =
  | { readonly kind: 'same'; readonly of: number }
  /** Of the `of` identities that were linked last, some are missing there, and some have an older state. */
  | { readonly kind: 'other'; readonly of: number; readonly missing: number; readonly older: number }
  /** Ory does not answer at the moment. */
  | OryFailure;

/** Reads the identities that were linked last from the project at another address. Changes nothing. */
export async function likenessOf(store: Store, ory: OryAdminClient, signal: AbortSignal): Promise<Likeness> {
  const links = await readNewestLinks(store, ASKED);
  if (links.length === 0) return { kind: 'same', of: 0 };
  const read = await ory.readByIds(
    links.map(({ identityId }) => identityId),
    signal,
  );
  if (read.kind === 'read') return compareLinks(links, read.found);
  const { found: _found, gone: _gone, ...failure } = read;
  return failure;
}

/** A copy for staging has the same identities, but not their newest changes. So both are checked. Pure. */
export function compareLinks(
  links: readonly NewestLink[],
  found: ReadonlyMap<string, Identity>,
): Exclude<Likeness, OryFailure> {
  let [missing, older] = [0, 0];
  for (const { identityId, version } of links) {
    const identity = found.get(identityId);
    if (identity === undefined) missing += 1;
    else if (version !== null && (updatedAtMicros(identity) ?? version) < version) older += 1;
  }
  const of = links.length;
  return missing + older === 0 ? { kind: 'same', of } : { kind: 'other', of, missing, older };
}

/** The difference in words: `The other project lacks 3 of the 20 identities …`. */
export function differenceText({ of, missing, older }: Extract<Likeness, { kind: 'other' }>): string {
  const parts = [
    ...(missing > 0 ? [of === 1 ? 'lacks' : `lacks ${missing}`] : []),
    ...(older > 0 ? [`has an older state of${of === 1 ? '' : ` ${older}`}`] : []),
  ];
  const which =
    of === 1 ? 'the one identity that has a contact' : `of the ${of} identities that were linked last`;
  return `The other project ${parts.join(' and ')} ${which}`;
}

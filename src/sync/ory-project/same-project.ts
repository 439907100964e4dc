import type { Identity } from '../../model/identity.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import { updatedAtMicros } from '../../ory/identity/identity-version.ts';
import { readNewestLinks } from '../../store/newest-links.ts';
import type { NewestLink } from '../../store/newest-links.ts';
import type { Store } from '../../store/open.ts';

/** How many of the newest links are asked for. */
const ASKED = 20;

/** Whether another address leads to the Ory project that the store was filled from. */
export type Likeness =
  | { readonly kind: 'same'; readonly of: number }
  /** Of so many that were linked last, some are not there, and some are there in an older state. */
  | { readonly kind: 'other'; readonly of: number; readonly missing: number; readonly older: number }
  /** Ory gives no answer now. */
  | OryFailure;

/** Asks the project at another address for the identities that were linked last. Changes nothing. */
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

/** A copy for staging has the same identities, but not their newest changes: neither may be lacking. Pure. */
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

/** What a person reads of a project that is not the same: `of 20 …, 3 are not there and 1 is older there`. */
export function differenceText({ of, missing, older }: Extract<Likeness, { kind: 'other' }>): string {
  const parts = [
    ...(missing > 0 ? [`${missing} ${missing === 1 ? 'is' : 'are'} not there`] : []),
    ...(older > 0 ? [`${older} ${older === 1 ? 'is' : 'are'} older there`] : []),
  ];
  const which =
    of === 1 ? 'Of the one identity that has a contact' : `Of the ${of} identities that were linked last`;
  return `${which}, ${parts.join(' and ')}`;
}

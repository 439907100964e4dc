import { emailOf } from '../../mapping/derived/derived.ts';
import type { Identity } from '../../model/identity.ts';
import type { OryAsking } from '../scan/ask-ory.ts';
import { askOry } from '../scan/ask-ory.ts';
import { findInOry } from './in-ory.ts';
import type { OryFinder } from './in-ory.ts';
import type { Named } from './named.ts';

export interface GroupContext extends OryAsking {
  readonly ory: OryFinder;
  /** Draws the `as_of` for a strong read that is about to begin. */
  readonly drawAsOf: () => Promise<number>;
  /** Ids of the identities found so far. Each one is returned once, even if it is requested several times. */
  readonly seen: Set<string>;
  readonly signal: AbortSignal;
}

export interface ReadIdentity {
  /** The email as requested. For a request by id, the identity's own email, or null if it has none. */
  readonly email: string | null;
  readonly identity: Identity;
  /** Drawn before the read began (rule 2). */
  readonly readAsOf: number;
}

export interface GroupRead {
  readonly subjects: readonly ReadIdentity[];
  /** The ones that Ory does not have. */
  readonly notFound: readonly Named[];
}

/**
 * Reads the wanted identities from Ory with strong consistency: ids together, emails one by one, as Ory
 * allows.
 * @throws what `askOry` throws
 */
export async function readGroup(context: GroupContext, wanted: readonly Named[]): Promise<GroupRead> {
  const ids = wanted.flatMap((one) => (one.by === 'id' ? [one.id] : []));
  const byId = ids.length === 0 ? new Map<string, ReadIdentity>() : await readIds(context, ids);
  const subjects: ReadIdentity[] = [];
  const notFound: Named[] = [];
  for (const one of wanted) {
    const read = one.by === 'id' ? byId.get(one.id) : undefined;
    const found = one.by === 'email' ? await search(context, one) : read === undefined ? [] : [read];
    if (found.length === 0) notFound.push(one);
    subjects.push(...found.filter(({ identity }) => !context.seen.has(identity.id)));
    for (const { identity } of found) context.seen.add(identity.id);
  }
  return { subjects, notFound };
}

async function readIds(context: GroupContext, ids: readonly string[]): Promise<Map<string, ReadIdentity>> {
  const { ory, drawAsOf, signal } = context;
  const readAsOf = await drawAsOf();
  const { found } = await askOry(context, () => ory.readByIds(ids, signal), signal);
  const subjects = [...found.values()].map((identity): ReadIdentity => {
    return { email: emailOf(identity) ?? null, identity, readAsOf };
  });
  return new Map(subjects.map((subject) => [subject.identity.id, subject]));
}

async function search(
  context: GroupContext,
  named: Extract<Named, { by: 'email' }>,
): Promise<ReadIdentity[]> {
  const { ory, drawAsOf, signal } = context;
  const readAsOf = await drawAsOf();
  const { identities } = await askOry(context, () => findInOry(ory, named, signal), signal);
  return identities.map((identity) => ({ email: named.email, identity, readAsOf }));
}

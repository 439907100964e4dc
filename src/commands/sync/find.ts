import { emailOf } from '../../mapping/derived/derived.ts';
import type { Identity } from '../../model/identity.ts';
import type { Reporter } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { askOry } from '../../sync/scan/ask-ory.ts';
import type { Wanted } from './wanted.ts';

export interface FindContext {
  readonly ory: Pick<OryAdminClient, 'readByIds' | 'findByIdentifier'>;
  readonly report: Reporter;
  /** How long Ory may be silent, in ms. */
  readonly patienceMs: number;
  /** Draws the number that a strong read about to begin is dated with. */
  readonly drawAsOf: () => Promise<number>;
  /** Ids of the identities found so far: each is given once, however often it is asked for. */
  readonly seen: Set<string>;
  readonly signal: AbortSignal;
}

export interface Subject {
  /** As it was asked for; by id, the identity's own. Null: it has none. */
  readonly email: string | null;
  readonly identity: Identity;
  /** Drawn before the read began (rule 2). */
  readonly readAsOf: number;
}

export interface Group {
  readonly subjects: readonly Subject[];
  /** Those whom Ory does not have. */
  readonly notFound: readonly Wanted[];
}

/**
 * Reads those who are wanted from Ory, strongly consistent: ids together, emails one by one, as Ory lets us.
 * @throws what `askOry` throws
 */
export async function findGroup(context: FindContext, wanted: readonly Wanted[]): Promise<Group> {
  const ids = wanted.flatMap((one) => (one.by === 'id' ? [one.id] : []));
  const byId = ids.length === 0 ? new Map<string, Subject>() : await readIds(context, ids);
  const subjects: Subject[] = [];
  const notFound: Wanted[] = [];
  for (const one of wanted) {
    const read = one.by === 'id' ? byId.get(one.id) : undefined;
    const found = one.by === 'email' ? await search(context, one.email) : read === undefined ? [] : [read];
    if (found.length === 0) notFound.push(one);
    subjects.push(...found.filter(({ identity }) => !context.seen.has(identity.id)));
    for (const { identity } of found) context.seen.add(identity.id);
  }
  return { subjects, notFound };
}

async function readIds(context: FindContext, ids: readonly string[]): Promise<Map<string, Subject>> {
  const { ory, drawAsOf, signal } = context;
  const readAsOf = await drawAsOf();
  const { found } = await askOry(context, () => ory.readByIds(ids, signal), signal);
  const subjects = [...found.values()].map((identity): Subject => {
    return { email: emailOf(identity) ?? null, identity, readAsOf };
  });
  return new Map(subjects.map((subject) => [subject.identity.id, subject]));
}

async function search(context: FindContext, email: string): Promise<Subject[]> {
  const { ory, drawAsOf, signal } = context;
  const readAsOf = await drawAsOf();
  const { identities } = await askOry(context, () => ory.findByIdentifier(email, signal), signal);
  return identities.map((identity) => ({ email, identity, readAsOf }));
}

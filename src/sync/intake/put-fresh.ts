import type { Event } from '../../model/event.ts';
import type { Identity } from '../../model/identity.ts';
import type { PutResult } from '../../model/outcome.ts';
import type { Store } from '../../store/open.ts';
import type { MergeRules, PutEntry } from '../../store/outbox/put/put-entry.ts';
import { put, PUT_AT_MOST } from '../../store/outbox/put/put.ts';
import { snapshotOf } from './snapshot.ts';

/** An identity as a strong read found it. */
export interface FreshRead {
  readonly identity: Identity;
  /** The number drawn before the request (rule 2). */
  readonly readAsOf: number;
}

/**
 * The event and options of a put. With `compare`, the delivery compares with the contact in Zoho instead of
 * with what was sent.
 */
export type FreshPut = { readonly event: Event } & Pick<
  PutEntry,
  'compare' | 'overwrite' | 'priority' | 'mappingMayDiffer'
>;

export interface FreshPlace {
  readonly store: Store;
  readonly mapping: { readonly hash: string };
  readonly oryIdField: string | null;
}

/**
 * The last step of everything that reads identities from Ory: puts them in. @returns the results in the same
 * order
 */
export async function putFresh(
  { store, mapping, oryIdField }: FreshPlace,
  reads: readonly FreshRead[],
  how: FreshPut,
): Promise<PutResult[]> {
  const results: PutResult[] = [];
  for (let start = 0; start < reads.length; start += PUT_AT_MOST) {
    const entries = reads.slice(start, start + PUT_AT_MOST).map((read) => freshEntry(store, read, how));
    results.push(...(await put(store, entries, freshRules(mapping.hash, oryIdField))));
  }
  return results;
}

/** The entry to put in. A scan writes it together with its checkpoint. */
export function freshEntry(
  { hmac }: Pick<Store, 'hmac'>,
  { identity, readAsOf }: FreshRead,
  { event, ...special }: FreshPut,
): PutEntry {
  return { ...snapshotOf(identity, event, hmac), readAsOf, ...special };
}

/** A read proves that there is an admin API. */
export function freshRules(mappingHash: string, oryIdField: string | null): MergeRules {
  return { mappingHash, adminReads: true, oryIdField };
}

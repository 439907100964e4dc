import type { Event } from '../../../model/event.ts';
import { priorityOf } from '../../../model/event.ts';
import type { Policy } from '../../../model/policy.ts';
import type { Store } from '../../open.ts';
import { drawRevisions } from '../../revision.ts';
import { NOT_FAILED } from '../row.ts';

export interface PutDelete {
  readonly event: Event;
  /** What to do with the contacts. Null: what the mapping's `deleted` says when they are delivered. */
  readonly policy: Policy | null;
  /** The run that counts them. Null if none does. */
  readonly run: number | null;
}

/**
 * Puts in that these identities are gone from Ory, if they are linked and not yet known to be deleted or
 * erased. A waiting row of one of them is replaced. Delivery reads each identity once more before it changes
 * the contact, and a strong read that finds the identity cancels the deletion (rule 7).
 * @param identityIds PUT_AT_MOST at most
 * @returns how many were put in
 */
export function putDelete(
  store: Store,
  identityIds: readonly string[],
  { event, policy, run }: PutDelete,
): Promise<number> {
  const { now, texts } = store.database.can;
  return store.database.write(async (sql) => {
    const revision = await drawRevisions(sql, 1);
    return sql.run(
      `INSERT INTO outbox (identity_id, kind, state, event, priority, hint, read_first, compare, version, verified,
                           as_of, content_hash, mapping_hash, revision, put_at, due_at, marks, scan, policy)
       SELECT identity_id, 'delete', 'waiting', $2, $3, 0, 1, 0, version, verified,
              $4, COALESCE(content_hash, ''), COALESCE(mapping_hash, ''), $5, ${now}, ${now}, '[]', $6, $7
         FROM ledger
        WHERE identity_id IN ${texts('$1')}
          AND contact_id IS NOT NULL AND deleted_at IS NULL AND erased_at IS NULL
       ON CONFLICT (identity_id) DO UPDATE SET
         kind = 'delete', state = 'waiting', read_first = 1, compare = 0, as_of = excluded.as_of,
         revision = excluded.revision, due_at = excluded.due_at, scan = excluded.scan, policy = excluded.policy,
         ${NOT_FAILED}
         WHERE outbox.kind <> 'erase'`,
      [JSON.stringify(identityIds), event, priorityOf(event), revision, revision, run, policy],
    );
  });
}

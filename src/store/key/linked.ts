import { z } from 'zod';
import type { Store } from '../open.ts';
import { placeholders } from '../engine/sql.ts';
import type { Sql } from '../engine/sql.ts';

/** The email of a linked contact, as far as we know. */
export interface LinkedEmail {
  readonly identityId: string;
  /** HMAC of the email, trimmed and lower-cased. Null if the contact has none, or is gone. */
  readonly emailHash: string | null;
}

const row = z.object({ key: z.string(), identityId: z.string() });

/**
 * Writes which email the linked contacts have.
 * @returns the identities whose contact had another email before or has none any more. That email is free now
 */
export async function writeLinkedEmails(
  store: Store,
  sql: Sql,
  emails: readonly LinkedEmail[],
): Promise<string[]> {
  if (emails.length === 0) return [];
  const { texts } = store.database.can;
  const ids = JSON.stringify(emails.map(({ identityId }) => identityId));
  const rows = await sql.all(
    `SELECT key, identity_id FROM identity_key WHERE linked = 1 AND identity_id IN ${texts('$1')}`,
    [ids],
  );
  const before = new Map(rows.map((one) => row.parse(one)).map((one) => [one.identityId, one.key]));
  const changed = emails.filter(
    ({ identityId, emailHash }) => before.get(identityId) !== (emailHash ?? undefined),
  );
  if (changed.length === 0) return [];
  await sql.run(`DELETE FROM identity_key WHERE linked = 1 AND identity_id IN ${texts('$1')}`, [
    JSON.stringify(changed.map(({ identityId }) => identityId)),
  ]);
  const known = changed.filter(({ emailHash }) => emailHash !== null);
  if (known.length > 0) {
    await sql.run(
      `INSERT INTO identity_key (key, identity_id, linked) VALUES ${placeholders(known.length, 2, ', 1')}`,
      known.flatMap(({ identityId, emailHash }) => [emailHash, identityId]),
    );
  }
  return changed.map(({ identityId }) => identityId).filter((id) => before.has(id));
}

const linked = z.object({ key: z.string(), contactId: z.string(), identityId: z.string() });

/** A linked contact and its identity. */
export interface LinkedContact {
  readonly contactId: string;
  readonly identityId: string;
}

/**
 * Linked contacts that last had one of these emails, by the HMAC of the email. The oldest link comes first.
 */
export function readContactsByEmail(
  store: Store,
  emailHashes: readonly string[],
): Promise<Map<string, LinkedContact[]>> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_key.key, ledger.contact_id, ledger.identity_id
         FROM identity_key JOIN ledger ON ledger.identity_id = identity_key.identity_id
        WHERE identity_key.linked = 1 AND identity_key.key IN ${store.database.can.texts('$1')}
          AND ledger.contact_id IS NOT NULL
        ORDER BY ledger.linked_at`,
      [JSON.stringify(emailHashes)],
    );
    const found = new Map<string, LinkedContact[]>();
    for (const { key, contactId, identityId } of rows.map((one) => linked.parse(one))) {
      found.set(key, [...(found.get(key) ?? []), { contactId: contactId, identityId: identityId }]);
    }
    return found;
  });
}

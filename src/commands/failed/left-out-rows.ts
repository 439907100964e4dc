import { ConfigurationError } from '../../errors.ts';
import type { LeftOut, LeftOutFilter } from '../../store/left-out.ts';
import { leftOutOf, refusedField } from '../../model/incomplete.ts';
import type { IncompleteField } from '../../model/incomplete.ts';
import { printable } from '../terminal/printable.ts';
import { textTable } from '../terminal/text-table.ts';
import { filterOf } from './selection.ts';
import type { SelectOptions } from './selection.ts';

/** Contacts that were written with fields left out or cut, as in `failed list --fields --json`. */
export interface ListedLeftOut {
  readonly identity_id: string;
  readonly contact_id: string | null;
  /** The fields that were left out. */
  readonly fields: readonly string[];
  /** The fields left out or cut, with the reasons. */
  readonly incomplete: readonly IncompleteField[];
  /** Time of the last delivery, RFC 3339, UTC. */
  readonly settled_at: string | null;
}

export function listedLeftOut(row: LeftOut): ListedLeftOut {
  const { identityId, contactId, settledAt } = row;
  const incomplete = [...row.refused.map(refusedField), ...row.incomplete];
  const at = settledAt === null ? null : new Date(settledAt).toISOString();
  return {
    identity_id: identityId,
    contact_id: contactId,
    fields: leftOutOf(incomplete),
    incomplete,
    settled_at: at,
  };
}

export function leftOutTable(rows: readonly ListedLeftOut[], width: number | undefined): string[] {
  const cells = rows.map(({ identity_id, contact_id, incomplete, settled_at }) => [
    identity_id,
    contact_id ?? '',
    settled_at ?? '',
    printable(incomplete.map(({ field, reason }) => `${field} (${reason})`).join(', ')),
  ]);
  return textTable([['IDENTITY', 'CONTACT', 'LAST DELIVERY', 'FIELDS LEFT OUT OR CUT'], ...cells], width);
}

/**
 * The filter that the flags describe.
 * @throws ConfigurationError for flags that need a failed row: email and reason
 */
export function leftOutFilter(
  who: string | undefined,
  { reason, field, email }: SelectOptions,
): LeftOutFilter {
  const filter = who === undefined ? undefined : filterOf(who);
  if (reason !== undefined || email !== undefined || (filter !== undefined && 'emailKey' in filter)) {
    throw new ConfigurationError('which', 'Single fields can only be selected by identity and field.', {
      hint: 'Give the id of an identity, or --field. No traits are stored for identities whose contact was written.',
    });
  }
  return { field, ...filter };
}

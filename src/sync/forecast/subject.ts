import type { Mapped } from '../../mapping/mapped.ts';
import type { FoundContact } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import type { LedgerRow } from '../../store/ledger.ts';
import type { DecideInput } from '../decide.ts';

/** An identity that is forecast: what is known of it so far. */
export interface Subject {
  readonly identity: Identity;
  readonly mapped: Mapped;
  readonly ledger: LedgerRow | undefined;
  readonly compare: boolean;
  /** Fields that `adopt: fill` would leave alone are written too (`sync --overwrite`). */
  readonly overwrite: boolean;
  /** Ory's data is what it was at the last delivery. */
  readonly sameContent: boolean;
  /** Undefined: Zoho was not asked for this one. */
  readonly found: readonly FoundContact[] | 'no_scope' | undefined;
  readonly owners: ReadonlyMap<string, string>;
  /** There is a link, and its contact is gone in Zoho (rule 22). */
  readonly linkGone: boolean;
}

/**
 * What `decide` sees of it: an identity that Ory has just shown, with nothing under way. Calls without an answer are
 * not looked at; they are settled before long.
 */
export function inputOf({
  identity,
  mapped,
  ledger,
  compare,
  overwrite,
  sameContent,
  found,
  owners,
  linkGone,
}: Subject): DecideInput {
  return {
    identityId: identity.id,
    standing: 'here',
    policy: null,
    when: mapped.when,
    fields: mapped.fields,
    otherwise: mapped.otherwise,
    tagged: linkGone ? [] : (ledger?.tags ?? []),
    contactId: linkGone ? null : (ledger?.contact_id ?? null),
    linkGone,
    compare,
    deleted: false,
    remembered: {
      sent: linkGone ? {} : (ledger?.sent ?? {}),
      refused: compare ? {} : (ledger?.refused ?? {}),
      kept: linkGone || overwrite ? {} : (ledger?.kept ?? {}),
      sameContent,
    },
    origin: ledger?.origin ?? null,
    insists: overwrite,
    inDoubt: new Set(),
    inDoubtKeys: [],
    duplicateOf: null,
    found,
    owners,
  };
}

import type { Mapped } from '../../mapping/mapped.ts';
import type { FoundContact, Unseen } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import type { LedgerRow } from '../../store/ledger.ts';
import type { UnderWay } from '../../store/outbox/under-way.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { decideInput } from '../round/work/input-for-decide.ts';
import { NOTHING_KNOWN } from '../round/work/work.ts';

/** An identity to forecast, with what is known about it so far. */
export interface Subject {
  readonly identity: Identity;
  readonly mapped: Mapped;
  readonly ledger: LedgerRow | undefined;
  /** Its row in the outbox. */
  readonly row: UnderWay | undefined;
  readonly compare: boolean;
  /** Also write fields that `adopt: fill` would leave alone (`sync --overwrite`). */
  readonly overwrite: boolean;
  /** The data from Ory is the same as at the last delivery. */
  readonly sameContent: boolean;
  /** The last delivery used another mapping. */
  readonly otherMapping: boolean;
  /** Failed rows are tried again, as in `sync`. */
  readonly resend: boolean;
  /** Undefined if Zoho was not asked about this identity. */
  readonly found: readonly FoundContact[] | Unseen | undefined;
  readonly owners: ReadonlyMap<string, string>;
  /** There is a link, but its contact is gone in Zoho (rule 22). */
  readonly linkGone: boolean;
  /** The contact that an unanswered call made or adopted. Delivery links it first (rule 11). */
  readonly lostAnswer: { readonly id: string; readonly origin: 'made' | 'found' } | undefined;
  /** Its lead was converted, and Zoho does not allow changes to it any more. */
  readonly converted: boolean;
}

/** The linked contact, unless it is known to be gone, or the one that delivery would link first. */
export function linkOf({ ledger, linkGone, lostAnswer }: Subject): string | null {
  return lostAnswer?.id ?? (linkGone ? null : (ledger?.contactId ?? null));
}

/** The input of `decide` for it: an identity that Ory has just returned, with its unanswered calls. */
export function inputOfSubject(subject: Subject): DecideInput {
  const { mapped, ledger, row, linkGone, sameContent, otherMapping, compare, overwrite } = subject;
  return decideInput({
    ...NOTHING_KNOWN,
    identity: subject.identity,
    gone: false,
    fresh: true,
    when: mapped.when,
    emailState: mapped.emailState,
    fields: mapped.fields,
    otherwise: mapped.otherwise,
    ledger,
    contactId: linkOf(subject),
    linkGone,
    found: subject.found,
    owners: subject.owners,
    tagged: linkGone ? [] : (ledger?.tags ?? []),
    marks: row?.marks ?? [],
    // If it is sent again, Zoho is expected to give the same answer.
    refusedNow: new Map(),
    order: {
      erase: false,
      policy: null,
      compare,
      overwrite,
      sameContent,
      otherMapping,
      origin: subject.lostAnswer?.origin ?? ledger?.origin ?? null,
      made: false,
    },
  });
}

/**
 * The keys by which it is looked up in addition to its link: its email, and what a lost answer may have made.
 */
export function lookUpKeys({ mapped, row, ledger }: Subject): { emails: string[]; ids: string[] } {
  const email = mapped.fields.get('Email')?.value;
  const marks = row?.marks ?? [];
  const keys = marks.flatMap(({ key, email }) => email ?? key ?? []);
  const contacts = [ledger?.contactId, ...marks.map(({ contact }) => contact)];
  return {
    emails: typeof email === 'string' ? [email, ...keys] : keys,
    ids: contacts.filter((id) => typeof id === 'string'),
  };
}

import type { Mapped } from '../../mapping/mapped.ts';
import type { FoundContact } from '../../model/contact.ts';
import type { Identity } from '../../model/identity.ts';
import type { LedgerRow } from '../../store/ledger.ts';
import type { UnderWay } from '../../store/outbox/under-way.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { decideInput } from '../round/work/input-for-decide.ts';
import { NOTHING_KNOWN } from '../round/work/work.ts';

/** An identity that is forecast: what is known of it so far. */
export interface Subject {
  readonly identity: Identity;
  readonly mapped: Mapped;
  readonly ledger: LedgerRow | undefined;
  /** What the outbox holds of it. */
  readonly row: UnderWay | undefined;
  readonly compare: boolean;
  /** Fields that `adopt: fill` would leave alone are written too (`sync --overwrite`). */
  readonly overwrite: boolean;
  /** Ory's data is what it was at the last delivery. */
  readonly sameContent: boolean;
  /** Another mapping made what was delivered last. */
  readonly otherMapping: boolean;
  /** What has failed is tried again, as `sync` does. */
  readonly resend: boolean;
  /** Undefined: Zoho was not asked for this one. */
  readonly found: readonly FoundContact[] | 'no_scope' | undefined;
  readonly owners: ReadonlyMap<string, string>;
  /** There is a link, and its contact is gone in Zoho (rule 22). */
  readonly linkGone: boolean;
  /** The contact that a call without an answer made or adopted: delivery links it first (rule 11). */
  readonly lostAnswer: { readonly id: string; readonly origin: 'made' | 'found' } | undefined;
  /** Its lead was converted: Zoho takes no change of it any more. */
  readonly converted: boolean;
}

/** The link, as far as its contact is not known to be gone; or what delivery links before anything else. */
export function linkOf({ ledger, linkGone, lostAnswer }: Subject): string | null {
  return lostAnswer?.id ?? (linkGone ? null : (ledger?.contactId ?? null));
}

/** What `decide` sees of it: an identity that Ory has just shown, and calls whose answer was lost. */
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
    // Where it is sent again, Zoho gives the same answer as far as is known.
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

/** Keys by which it is looked up beside its link: its email, and what a lost answer may have made. */
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

/** Builds the input of `decide`, the same for a delivery and a forecast. */
import type { MappedField } from '../../../mapping/mapped.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { Origin } from '../../decide/adoption.ts';
import type { DecideInput } from '../../decide/decide-input.ts';
import { sentInDoubt } from './marks.ts';
import { keepsFields } from './work.ts';
import type { Claimed, DoneSoFar, KnownOfContact, Work } from './work.ts';

/** How the identity is to be delivered. */
interface Order {
  readonly erase: boolean;
  readonly policy: OutboxRow['policy'];
  /** Compare with the contact in Zoho instead of with hashes (rule 4). */
  readonly compare: boolean;
  /** Ignore `adopt: fill` (`sync --overwrite`). */
  readonly overwrite: boolean;
  /** The data from Ory is the same as at the last delivery. */
  readonly sameContent: boolean;
  /** The last delivery used another mapping. */
  readonly otherMapping: boolean;
  readonly origin: Origin;
  /** We made the linked contact, and fields that are written only on creation may be missing. */
  readonly made: boolean;
}

/** What a delivery or a forecast knows about an identity. */
export interface Facts
  extends Omit<Claimed, 'row' | 'problems' | 'emailKey'>,
    Omit<KnownOfContact, 'ownerSeen' | 'matchId'>,
    Pick<DoneSoFar, 'marks' | 'refusedNow'> {
  readonly order: Order;
}

export function decideInput(facts: Facts): DecideInput {
  const { order, ledger, linkGone, marks, refusedNow } = facts;
  const taken = (fields: ReadonlyMap<string, MappedField>) =>
    new Map([...fields].filter(([name]) => !refusedNow.has(name)));
  return {
    identityId: facts.identity.id,
    standing: order.erase ? 'erased' : facts.gone ? 'gone' : 'here',
    policy: order.policy === 'take_over' ? null : order.policy,
    when: facts.when,
    // An operator assigned the email, so it counts as verified.
    emailState: order.policy === 'take_over' ? 'unlisted' : facts.emailState,
    fields: taken(facts.fields),
    otherwise: taken(facts.otherwise),
    tagged: facts.tagged,
    contactId: facts.contactId,
    linkGone,
    compare: order.compare,
    // An identity that a strong read has just found is not gone, whatever was known before (rule 7).
    deleted: ledger?.deletedAt != null && !facts.fresh,
    // Hashes say what the linked contact holds. They say nothing about any other contact.
    remembered: {
      sent: linkGone ? {} : (ledger?.sent ?? {}),
      refused: { ...ledger?.refused, ...Object.fromEntries(refusedNow) },
      kept: linkGone || order.overwrite ? {} : (ledger?.kept ?? {}),
      sameContent: order.sameContent,
      otherMapping: order.otherMapping,
      maybeSent: sentInDoubt(marks),
    },
    origin: order.origin,
    insists: order.overwrite,
    inDoubt: new Set(marks.flatMap((mark) => mark.fields)),
    mixedIn: linkGone ? [] : (ledger?.mixedIn ?? []),
    made: order.made,
    found: facts.found,
    unseen: facts.unseen,
    apartFrom: facts.apartFrom,
    inherited: facts.inherited,
    matchesNobody: facts.matchesNobody,
    duplicateOf: facts.duplicateOf,
    owners: facts.owners,
  };
}

/** The same for a work in a delivery. */
export function inputOfWork(work: Work, oryIdField: string | null): DecideInput {
  const { row, ledger } = work;
  const order: Order = {
    erase: row.kind === 'erase',
    policy: row.policy,
    compare: row.compare,
    overwrite: row.overwrite,
    sameContent: ledger?.contentHash === row.contentHash,
    otherMapping: ledger !== undefined && ledger.mappingHash !== row.mappingHash,
    origin: ledger?.origin ?? null,
    made: work.marks.some(({ made }) => made === true),
  };
  if (!keepsFields(work)) return decideInput({ ...work, order });
  const idOnly = (fields: ReadonlyMap<string, MappedField>) =>
    new Map([...fields].filter(([name]) => name === oryIdField));
  const { fields, otherwise } = work;
  return decideInput({
    ...work,
    when: true,
    fields: idOnly(fields),
    otherwise: idOnly(otherwise),
    inherited: undefined,
    order,
  });
}

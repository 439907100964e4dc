/** What `decide` sees of an identity: built here, for a delivery and for a forecast alike. */
import type { MappedField } from '../../../mapping/mapped.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { Origin } from '../../decide/adoption.ts';
import type { DecideInput } from '../../decide/decide-input.ts';
import { sentInDoubt } from './marks.ts';
import { keepsFields } from './work.ts';
import type { Claimed, DoneSoFar, KnownOfContact, Work } from './work.ts';

/** How it is to be delivered. */
interface Order {
  readonly erase: boolean;
  readonly policy: OutboxRow['policy'];
  /** Compare with the contact in Zoho, not with hashes (rule 4). */
  readonly compare: boolean;
  /** `adopt: fill` does not count (`sync --overwrite`). */
  readonly overwrite: boolean;
  /** Ory's data is what it was at the last delivery. */
  readonly sameContent: boolean;
  /** Another mapping made what was delivered last. */
  readonly otherMapping: boolean;
  readonly origin: Origin;
  /** We made the linked contact, and what is written on creation only may be missing. */
  readonly made: boolean;
}

/** What a delivery or a forecast knows of an identity. */
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
    // An operator gave it the email, so it counts as verified.
    emailState: order.policy === 'take_over' ? 'unlisted' : facts.emailState,
    fields: taken(facts.fields),
    otherwise: taken(facts.otherwise),
    tagged: facts.tagged,
    contactId: facts.contactId,
    linkGone,
    compare: order.compare,
    // What a strong read has just found is not gone, whatever was known before (rule 7).
    deleted: ledger?.deletedAt != null && !facts.fresh,
    // Hashes tell what the linked contact holds; of any other contact they tell nothing.
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

/** The same for a work of a delivery. */
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

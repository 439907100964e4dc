/**
 * The requests of a forecast to Zoho: the same as for a delivery, and whether the contacts that it would
 * write still exist.
 */
import type { FoundContact, Unseen } from '../../model/contact.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { keysInDoubt } from '../../store/key/key.ts';
import { readOwners } from '../../store/ledger.ts';
import type { LookUpAnswer } from '../../zoho/calls/look-ups.ts';
import type { FieldHashes } from '../decide/changed-fields.ts';
import type { DecideRules } from '../decide/decide-rules.ts';
import { isUnseen } from '../decide/unseen.ts';
import { mustShowSent, resolveDoubt } from '../round/doubt/resolve.ts';
import { findContacts } from '../round/look-up/find-contacts.ts';
import type { ForecastContext } from './forecast-context.ts';
import type { Plan } from '../decide/plan.ts';
import { linkOf, lookUpKeys } from './subject.ts';
import type { Subject } from './subject.ts';

/** How many contacts one credit looks up by id (Zoho CRM API, "COQL"). */
const IDS_A_CREDIT = 50;

export type Asked =
  | {
      readonly kind: 'asked';
      /** All of them, in order, with what Zoho has answered. */
      readonly subjects: readonly Subject[];
      /** Credits that delivery would not have needed. */
      readonly extraCredits: number;
    }
  | CallFailure;

/** Asks about the identities that need it, or about none if Zoho is not to be asked. */
export async function askAbout(
  context: ForecastContext,
  subjects: readonly Subject[],
  { planOf, ...deciding }: Deciding & { readonly planOf: (subject: Subject) => Plan },
): Promise<Asked> {
  const { zoho } = context;
  if (zoho === undefined) return { kind: 'asked', subjects, extraCredits: 0 };
  const asking = { ...context, ...deciding, zoho };
  const written = subjects.filter((subject) => writesToLink(subject, planOf(subject)));
  const there = await stillThere(asking, written);
  if (there.kind !== 'seen') return there;
  const seen = replaced(subjects, there.subjects);
  const looked = await lookedUp(
    asking,
    seen.filter((subject) => planOf(subject).do === 'look_up'),
  );
  if (looked.kind !== 'seen') return looked;
  const told = replaced(seen, looked.subjects);
  const extraCredits = Math.ceil(written.length / IDS_A_CREDIT);
  const converted = await convertedOf(
    asking,
    // If lookups are not allowed, a converted lead seems to exist.
    told.filter((subject) => subject.linkGone || writesToLink(subject, planOf(subject))),
  );
  if (converted.kind !== 'seen') return converted;
  return { kind: 'asked', subjects: replaced(told, converted.subjects), extraCredits };
}

/** What a decision depends on. */
export interface Deciding {
  readonly rules: DecideRules;
  readonly hash: FieldHashes;
}

type Asking = ForecastContext & Deciding & { readonly zoho: NonNullable<ForecastContext['zoho']> };

type Seen = { readonly kind: 'seen'; readonly subjects: readonly Subject[] } | CallFailure;

/** Whether its contact would be written, tagged or deleted by id without a look at it. */
function writesToLink(subject: Subject, plan: Plan): boolean {
  const writes = plan.do === 'update' || plan.do === 'tag' || plan.do === 'delete';
  return writes && linkOf(subject) !== null && !Array.isArray(subject.found);
}

/**
 * A contact that was deleted in Zoho is made again. A delivery learns this from the answer to its write (rule
 * 22).
 */
async function stillThere(context: Asking, subjects: readonly Subject[]): Promise<Seen> {
  const ids = subjects.map(linkOf).filter((id) => id !== null);
  if (ids.length === 0) return { kind: 'seen', subjects: [] };
  const answer = await findContacts(context, { emails: [], oryIds: [], ids });
  if (answer.kind === 'not_allowed') return { kind: 'seen', subjects: [] };
  if (answer.kind !== 'found') return answer;
  const { contacts, refused } = answer;
  const isThere = (subject: Subject) => contacts.some(({ id }) => id === linkOf(subject));
  const answered = subjects.filter((subject) => !refused.has(linkOf(subject) ?? ''));
  return {
    kind: 'seen',
    subjects: answered.map((subject) =>
      isThere(subject) ? { ...subject, found: contacts } : { ...subject, linkGone: true },
    ),
  };
}

/** Those that a delivery would look up in Zoho, with the contacts found. */
async function lookedUp(context: Asking, subjects: readonly Subject[]): Promise<Seen> {
  if (subjects.length === 0) return { kind: 'seen', subjects: [] };
  const { store, oryIdField } = context;
  const keys = subjects.map(lookUpKeys);
  const answer = await findContacts(context, {
    emails: keys.flatMap(({ emails }) => emails),
    oryIds: oryIdField === null ? [] : subjects.map(({ identity }) => identity.id),
    ids: keys.flatMap(({ ids }) => ids),
  });
  if (answer.kind !== 'found' && answer.kind !== 'not_allowed') return answer;
  const contactIds = answer.kind === 'found' ? answer.contacts.map(({ id }) => id) : [];
  const owners = store === undefined ? new Map<string, string>() : await readOwners(store, contactIds);
  return {
    kind: 'seen',
    subjects: subjects.map((subject) =>
      withLostAnswer(context, withFound(subject, foundFor(context, subject, answer), owners)),
    ),
  };
}

function foundFor(
  { oryIdField }: Asking,
  subject: Subject,
  answer: Extract<LookUpAnswer, { kind: 'found' | 'not_allowed' }>,
): readonly FoundContact[] | Unseen {
  if (answer.kind === 'not_allowed') return answer.why;
  const { emails, ids } = lookUpKeys(subject);
  const identityId = subject.identity.id;
  const looking = { identityId, contactId: linkOf(subject), keys: [identityId, ...emails, ...ids] };
  return isUnseen(looking, answer, oryIdField) ? 'look_up_refused' : answer.contacts;
}

function withFound(
  subject: Subject,
  found: readonly FoundContact[] | Unseen,
  owners: Subject['owners'],
): Subject {
  const link = subject.ledger?.contactId ?? null;
  const linkGone = link !== null && typeof found !== 'string' && !found.some(({ id }) => id === link);
  return { ...subject, found, owners, linkGone: subject.linkGone || linkGone };
}

/** What a delivery would find out first if a call for this identity got no answer. */
function withLostAnswer({ oryIdField, rules, hash }: Asking, subject: Subject): Subject {
  const { identity, row, found, owners } = subject;
  if (row === undefined || keysInDoubt(row.marks).length === 0 || !Array.isArray(found)) return subject;
  const known = { identityId: identity.id, contactId: linkOf(subject), marks: row.marks, found, owners };
  const strict = mustShowSent({ kind: 'upsert', policy: null }, rules);
  const resolved = resolveDoubt({ ...known, byEmail: true, strict }, oryIdField, hash);
  if (resolved.is !== 'contact' || resolved.contact.id === linkOf(subject)) return subject;
  return { ...subject, lostAnswer: { id: resolved.contact.id, origin: resolved.origin } };
}

/** Leads that seem to be gone, or that may not be read, may have been converted. */
async function convertedOf(context: Asking, subjects: readonly Subject[]): Promise<Seen> {
  const { zoho, mapping, signal } = context;
  const { module } = mapping;
  const ids = subjects.flatMap(({ ledger }) => ledger?.contactId ?? []);
  if (module !== 'Leads' || ids.length === 0) return { kind: 'seen', subjects: [] };
  const answer = await zoho.converted({ module, ids, signal });
  if (answer.kind !== 'converted') return answer;
  const converted = subjects.filter(({ ledger }) => answer.ids.has(ledger?.contactId ?? ''));
  return { kind: 'seen', subjects: converted.map((subject) => ({ ...subject, converted: true })) };
}

function replaced(all: readonly Subject[], some: readonly Subject[]): Subject[] {
  const told = new Map(some.map((subject) => [subject.identity.id, subject]));
  return all.map((subject) => told.get(subject.identity.id) ?? subject);
}

/** What delivery would do, said beforehand by the same `decide`: nothing is written, in Zoho or in the store. */
import type { CompiledMapping } from '../mapping/compile.ts';
import type { Mapped } from '../mapping/mapped.ts';
import type { FieldList, FoundContact } from '../model/contact.ts';
import type { Identity } from '../model/identity.ts';
import { contentText } from '../ory/identity-content.ts';
import type { CallFailure } from '../model/zoho-answer.ts';
import { readLedger, readOwners } from '../store/ledger.ts';
import type { Store } from '../store/open.ts';
import type { ZohoClient } from '../zoho/client.ts';
import { fieldHashes } from './changed-fields.ts';
import { decide } from './decide.ts';
import type { DecideRules } from './decide.ts';
import { findContacts } from './find-contacts.ts';
import { fieldForecasts } from './forecast/fields.ts';
import type { FieldForecast } from './forecast/fields.ts';
import { outcomeOf } from './forecast/outcome.ts';
import type { ForecastOutcome } from './forecast/outcome.ts';
import { inputOf } from './forecast/subject.ts';
import type { Subject } from './forecast/subject.ts';
import { contactsWithEmail } from './match.ts';
import type { Plan } from './plan.ts';

export interface ForecastContext {
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  /** Of the mapping's module, as delivery would use them. */
  readonly fields: FieldList;
  /** Undefined: as if nothing had ever been delivered. */
  readonly store: Store | undefined;
  /** Undefined: Zoho is not asked. What only Zoho can tell is then `unknown`. */
  readonly zoho: Pick<ZohoClient, 'lookUp'> | undefined;
  /** Linked contacts are compared with what Zoho has, as `sync` and `backfill --verify` do; else with what was last sent. */
  readonly compare: boolean;
  /** A person insists: what `adopt: fill` would leave alone is written too. */
  readonly overwrite?: boolean;
  readonly signal: AbortSignal;
}

/** What would become of one identity. */
export interface Forecast {
  readonly identity: Identity;
  readonly mapped: Mapped;
  readonly outcome: ForecastOutcome;
  /** One for each field that the mapping makes or cannot make of it. */
  readonly fields: readonly FieldForecast[];
  /** How many contacts have this email: of several the oldest is taken. 0 where Zoho was not asked for it. */
  readonly withEmail: number;
}

/**
 * Forecasts what delivery would do for identities just read from Ory. Costs one credit of Zoho for each 50 of them that are to
 * be looked up; keeps nothing between calls.
 * @param identities up to 100, each once
 * @returns a forecast for each, in their order; or why Zoho did not answer
 */
export async function forecast(
  context: ForecastContext,
  identities: readonly Identity[],
): Promise<{ readonly kind: 'forecast'; readonly forecasts: readonly Forecast[] } | CallFailure> {
  const rules = rulesOf(context);
  const { mapping, store, fields } = context;
  const hash = fieldHashes(store?.hmac ?? String, mapping.hash, fields);
  const subjects = await subjectsOf(context, identities);
  const planOf = (subject: Subject): Plan =>
    // Of what is erased `put` takes nothing in: it never comes to a decision (rule 7).
    subject.ledger?.erased_at == null
      ? decide(inputOf(subject), rules, hash)
      : { do: 'skip', reason: 'erased', contactId: null };
  const planned = subjects.map((subject) => ({ subject, plan: planOf(subject) }));
  const looked = await lookedUp(
    context,
    planned.flatMap(({ subject, plan }) => (plan.do === 'look_up' ? [subject] : [])),
  );
  if (looked.kind !== 'looked') return looked;
  const forecasts = planned.map(({ subject: before, plan: first }) => {
    const subject = looked.subjects.get(before.identity.id) ?? before;
    const plan = subject === before ? first : planOf(subject);
    const outcome = outcomeOf(subject, plan, rules);
    return {
      identity: subject.identity,
      mapped: subject.mapped,
      outcome,
      fields: fieldForecasts({ subject, plan, outcome, rules, hash }),
      withEmail: withEmail(subject),
    };
  });
  return { kind: 'forecast', forecasts };
}

function rulesOf({ mapping, oryIdField, fields }: ForecastContext): DecideRules {
  const { adopt, recreate, otherwise, deleted, tags } = mapping;
  const unique = [...fields.values()].filter((field) => field.unique).map(({ apiName }) => apiName);
  return { adopt, recreate, otherwise, deleted, tags, oryIdField, uniqueFields: new Set(unique) };
}

async function subjectsOf(context: ForecastContext, identities: readonly Identity[]): Promise<Subject[]> {
  const { mapping, store, fields, zoho, compare } = context;
  const ids = identities.map(({ id }) => id);
  const ledger = store === undefined ? undefined : await readLedger(store, ids);
  const subjects: Subject[] = [];
  // One after the other: an expression's time limit is by the wall, and must not run out on its neighbours' work.
  for (const identity of identities) {
    subjects.push({
      identity,
      mapped: await mapping.evaluate(identity, fields),
      ledger: ledger?.get(identity.id),
      compare: compare && zoho !== undefined,
      overwrite: context.overwrite === true,
      sameContent: store?.hmac(contentText(identity)) === ledger?.get(identity.id)?.content_hash,
      found: undefined,
      owners: new Map(),
      linkGone: false,
    });
  }
  return subjects;
}

type LookedUp = { readonly kind: 'looked'; readonly subjects: ReadonlyMap<string, Subject> } | CallFailure;

/** Those that delivery would look up in Zoho, with what is there; none where Zoho is not to be asked. */
async function lookedUp(context: ForecastContext, subjects: readonly Subject[]): Promise<LookedUp> {
  const { zoho, store, oryIdField } = context;
  if (zoho === undefined || subjects.length === 0) return { kind: 'looked', subjects: new Map() };
  const answer = await findContacts(
    { ...context, zoho },
    {
      emails: subjects.flatMap((subject) => emailOf(subject) ?? []),
      oryIds: oryIdField === null ? [] : subjects.map(({ identity }) => identity.id),
      ids: subjects.flatMap(({ ledger }) => ledger?.contact_id ?? []),
    },
  );
  if (answer.kind !== 'found' && answer.kind !== 'no_scope') return answer;
  const found = answer.kind === 'found' ? answer.contacts : answer.kind;
  const contactIds = found === 'no_scope' ? [] : found.map(({ id }) => id);
  const owners = store === undefined ? new Map<string, string>() : await readOwners(store, contactIds);
  const seen = subjects.map((subject) => withFound(subject, found, owners));
  return { kind: 'looked', subjects: new Map(seen.map((subject) => [subject.identity.id, subject])) };
}

function withFound(
  subject: Subject,
  found: readonly FoundContact[] | 'no_scope',
  owners: Subject['owners'],
): Subject {
  const link = subject.ledger?.contact_id ?? null;
  const linkGone = link !== null && found !== 'no_scope' && !found.some(({ id }) => id === link);
  return { ...subject, found, owners, linkGone };
}

function withEmail(subject: Subject): number {
  const email = emailOf(subject);
  const { found } = subject;
  return email === undefined || found === undefined || found === 'no_scope'
    ? 0
    : contactsWithEmail(found, email);
}

function emailOf({ mapped }: Subject): string | undefined {
  const email = mapped.fields.get('Email')?.value;
  return typeof email === 'string' ? email : undefined;
}

/**
 * What delivery would do, worked out by the same `decide`. Nothing is written, neither in Zoho nor in the
 * store.
 */
import type { Mapped } from '../../mapping/mapped.ts';
import type { Identity } from '../../model/identity.ts';
import { contentText } from '../../ory/identity/identity-content.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { readLedger } from '../../store/ledger.ts';
import { readUnderWay } from '../../store/outbox/under-way.ts';
import { fieldHashes } from '../decide/changed-fields.ts';
import { decideRules } from '../decide/decide-rules.ts';
import { decide } from '../decide/decide.ts';
import { askAbout } from './ask-zoho.ts';
import type { ForecastContext } from './forecast-context.ts';
import { fieldForecasts } from './forecast-fields.ts';
import type { FieldForecast } from './forecast-fields.ts';
import { outcomeOf } from './forecast-outcome.ts';
import type { ForecastOutcome } from './forecast-outcome.ts';
import { standingOf } from './no-decision.ts';
import { inputOfSubject, lookUpKeys } from './subject.ts';
import type { Subject } from './subject.ts';
import { contactsWithEmail } from '../decide/match.ts';
import type { Plan } from '../decide/plan.ts';
import { contentHashOf } from '../intake/snapshot.ts';

/** The forecast for one identity. */
export interface Forecast {
  readonly identity: Identity;
  readonly mapped: Mapped;
  readonly outcome: ForecastOutcome;
  /** One for each field that the mapping makes or fails to make for it. */
  readonly fields: readonly FieldForecast[];
  /** How many contacts have this email; the oldest one is used. 0 if Zoho was not searched for it. */
  readonly withEmail: number;
  /** The identity has a row in the outbox. */
  readonly waits: boolean;
}

export interface Forecasts {
  readonly kind: 'forecast';
  /** One for each identity, in the same order. */
  readonly forecasts: readonly Forecast[];
  /** Zoho credits that delivery would not have needed. */
  readonly extraCredits: number;
}

/** The plan if no decision is needed. */
const NOTHING: Plan = { do: 'unchanged', contactId: null };

/**
 * Forecasts what delivery would do for identities that were just read from Ory. It costs one Zoho credit for
 * every 50 identities that are looked up, and for every 50 linked contacts that would be written, because
 * they may be gone. Keeps nothing between calls.
 * @param identities up to 100, each once
 * @returns the forecasts, or why Zoho did not answer
 */
export async function forecast(
  context: ForecastContext,
  identities: readonly Identity[],
): Promise<Forecasts | CallFailure> {
  const { mapping, store, fields, builtIn } = context;
  const rules = decideRules(context, fields, builtIn);
  const hash = fieldHashes(store?.hmac ?? String, mapping.hash, fields);
  const subjects = await subjectsOf(context, identities);
  const standings = new Map(
    subjects.map((subject) => {
      const row = context.afresh === true ? undefined : subject.row;
      return [subject.identity.id, standingOf({ ...subject, row }, isSame(context, subject))];
    }),
  );
  const planOf = (subject: Subject): Plan =>
    standings.get(subject.identity.id) === undefined ? decide(inputOfSubject(subject), rules, hash) : NOTHING;
  const asked = await askAbout(context, subjects, { planOf, rules, hash });
  if (asked.kind !== 'asked') return asked;
  const forecasts = asked.subjects.map((subject) => {
    const plan = planOf(subject);
    const outcome = standings.get(subject.identity.id) ?? outcomeOf(subject, plan, rules);
    return {
      identity: subject.identity,
      mapped: subject.mapped,
      outcome,
      fields: fieldForecasts({ subject, plan, outcome, rules, hash }),
      withEmail: withEmail(subject),
      waits: subject.row?.state === 'waiting',
    };
  });
  return { kind: 'forecast', forecasts, extraCredits: asked.extraCredits };
}

/** Whether the outbox row has the same content under the same mapping (rule 4). */
function isSame({ store, mapping }: ForecastContext, { identity, row }: Subject): boolean {
  if (store === undefined || row === undefined) return false;
  return row.contentHash === contentHashOf(identity, store.hmac) && row.mappingHash === mapping.hash;
}

async function subjectsOf(context: ForecastContext, identities: readonly Identity[]): Promise<Subject[]> {
  const { mapping, store, fields, zoho, compare, resend } = context;
  const ids = identities.map(({ id }) => id);
  const ledger = store === undefined ? undefined : await readLedger(store, ids);
  const rows = store === undefined ? undefined : await readUnderWay(store, ids);
  const subjects: Subject[] = [];
  // One after the other: the time limit of an expression is wall-clock time, so another mapping must not run
  // at the same time.
  for (const identity of identities) {
    subjects.push({
      identity,
      mapped: await mapping.evaluate(identity, fields),
      ledger: ledger?.get(identity.id),
      row: rows?.get(identity.id),
      compare: compare && zoho !== undefined,
      overwrite: context.overwrite === true,
      sameContent: store?.hmac(contentText(identity)) === ledger?.get(identity.id)?.contentHash,
      otherMapping: ledger?.get(identity.id)?.mappingHash !== mapping.hash,
      resend,
      found: undefined,
      owners: new Map(),
      linkGone: false,
      lostAnswer: undefined,
      converted: false,
    });
  }
  return subjects;
}

function withEmail(subject: Subject): number {
  const [email] = lookUpKeys(subject).emails;
  const { found } = subject;
  return email === undefined || found === undefined || typeof found === 'string'
    ? 0
    : contactsWithEmail(found, email);
}

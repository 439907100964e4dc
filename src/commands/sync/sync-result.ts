/** The result for one identity, as in `sync --json`. */
import { lookUpWait } from '../../model/look-up-wait.ts';
import { pauseBy } from '../../model/pause.ts';
import { cutWords, leftOutOf, refusedField } from '../../model/incomplete.ts';
import type { IncompleteField } from '../../model/incomplete.ts';
import type { SettledOutcome, WaitingOutcome } from '../../store/outbox/outcome.ts';
import type { DeliveryPause } from '../../sync/delivery/deliver-only.ts';
import type { Forecast } from '../../sync/forecast/forecast.ts';
import type { FieldForecast } from '../../sync/forecast/forecast-fields.ts';
import { actionOf, contactIdOf, reasonOf } from '../../sync/forecast/forecast-outcome.ts';
import { nextStepOf } from '../parts/next-step.ts';
import { outcomeWords } from '../parts/forecast/forecast-words.ts';
import type { ReadIdentity } from '../../sync/find-identity/read-group.ts';
import type { Overwritten } from './overwritten.ts';
import type { Named } from '../../sync/find-identity/named.ts';

export type Action =
  | 'created'
  | 'updated'
  | 'unchanged'
  | 'skipped'
  | 'failed'
  | 'queued'
  | 'not_found'
  /** In a dry run: only delivery can find out. */
  | 'undecided';

export interface SyncResult {
  /** As given on the command line; with an id, the identity's own. */
  readonly email: string | null;
  readonly identity_id: string | null;
  readonly contact_id: string | null;
  readonly action: Action;
  /** Why it was skipped, failed or waits (a `Reason`), or why delivery is paused (a `PauseReason`). */
  readonly reason: string | null;
  /** API names of the written fields. */
  readonly fields: readonly string[];
  /** API names of fields left out, because Zoho refused them or the value does not fit. */
  readonly left_out: readonly string[];
  /** Fields that differ from the mapping's result, and why: those in `left_out`, and texts that were cut. */
  readonly incomplete: readonly IncompleteField[];
  /** The reason as a sentence, with the next step. */
  readonly message: string | null;
  /** The contact's page in Zoho. */
  readonly link: string | null;
  /** With `--overwrite`: the old values of the written fields, if they had any. */
  readonly overwritten?: Overwritten;
  /** Nothing was written; the result is a forecast. */
  readonly dry_run?: true;
}

/** How a run ended. */
export interface SyncEnd {
  /** Why delivery is paused, if it is. */
  readonly pause: DeliveryPause | undefined;
  readonly besideServe: boolean;
}

export type LinkTo = (contactId: string) => string | undefined;

export function settledResult(subject: ReadIdentity, outcome: SettledOutcome, linkTo: LinkTo): SyncResult {
  const { contactId, wrote, leftOut, incomplete } = outcome;
  return {
    ...about(subject),
    contact_id: contactId,
    action: outcome.outcome ?? 'failed',
    reason: outcome.reason,
    fields: wrote,
    left_out: leftOut,
    incomplete,
    message: messageOf(subject.identity.id, outcome),
    link: contactId === null ? null : (linkTo(contactId) ?? null),
  };
}

/** The result of a dry run. @param module such as Contacts */
export function forecastResult(
  { email, identity }: ReadIdentity,
  { outcome, fields }: Forecast,
  module: string,
  linkTo: LinkTo,
): SyncResult {
  const contactId = contactIdOf(outcome);
  const incomplete = fields.flatMap(incompleteForecast);
  const named = (...woulds: (typeof fields)[number]['would'][]) =>
    fields.filter(({ would }) => woulds.includes(would)).map(({ name }) => name);
  return {
    email,
    identity_id: identity.id,
    contact_id: contactId,
    action: actionOf(outcome),
    reason: reasonOf(outcome),
    fields: named('write', 'clear'),
    left_out: leftOutOf(incomplete),
    incomplete,
    message: outcomeWords(outcome, module),
    link: contactId === null ? null : (linkTo(contactId) ?? null),
    dry_run: true,
  };
}

function incompleteForecast({ name, would, why, value, cutFrom, problem }: FieldForecast): IncompleteField[] {
  if (problem !== null) return [{ field: name, reason: 'unfit', message: problem }];
  if (why === 'refused') return [refusedField(name)];
  const has = would === 'write' || would === 'same';
  return has && cutFrom !== null && typeof value === 'string'
    ? [{ field: name, reason: 'cut', message: cutWords(value.length, cutFrom) }]
    : [];
}

/** The result for a row that stays in the outbox. @param pause why delivery is paused */
export function queuedResult(
  subject: ReadIdentity,
  waiting: WaitingOutcome,
  pause: DeliveryPause | undefined,
): SyncResult {
  const message = pause === undefined ? waitingWords(waiting) : pauseWords(pause);
  return { ...about(subject), action: 'queued', reason: pause?.reason ?? waiting.reason, message };
}

function pauseWords({ reason, message }: DeliveryPause): string {
  return pauseBy(reason).cause === 'operation' ? `It waits, because Zoho refuses: ${message}` : message;
}

function waitingWords({ waitsFor, putOff, reason, refusal }: WaitingOutcome): string {
  const known = reason === null ? undefined : lookUpWait(reason);
  if (known !== undefined) return `It waits: ${known.cause}. ${known.fix}`;
  if (waitsFor !== null)
    return `It waits for identity ${waitsFor}, which holds its contact or a value that must be unique in Zoho.`;
  if (putOff > 0) return 'The record is locked or in approval in Zoho, so it is retried later.';
  if (refusal !== null) return `It waits, because Zoho refused it: ${refusal}`;
  return 'It has not been delivered yet.';
}

export function notFoundResult(wanted: Named): SyncResult {
  return wanted.by === 'id'
    ? { ...NOTHING, identity_id: wanted.id, message: 'Ory has no identity with this id.' }
    : { ...NOTHING, email: wanted.email, message: 'Ory has no identity that signs in with this.' };
}

const NOTHING: SyncResult = {
  email: null,
  identity_id: null,
  contact_id: null,
  action: 'not_found',
  reason: null,
  fields: [],
  left_out: [],
  incomplete: [],
  message: null,
  link: null,
};

function about({ email, identity }: ReadIdentity): SyncResult {
  return { ...NOTHING, email, identity_id: identity.id };
}

function messageOf(identity_id: string, { outcome, reason, field, message }: SettledOutcome): string | null {
  if (outcome === null) return 'It was removed from the outbox before it was delivered.';
  if (outcome !== 'failed') return null;
  const next = nextStepOf({ identityId: identity_id, kind: 'upsert', reason: reason ?? '', field });
  return `${field === null ? '' : `${field}: `}${message ?? 'It was removed from the outbox.'} ${next}`;
}

/** `not found` */
export function actionWord(action: Action): string {
  return action.replace('_', ' ');
}

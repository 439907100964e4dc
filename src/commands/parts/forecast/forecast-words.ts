/** A forecast in words. */
import type { Forecast } from '../../../sync/forecast/forecast.ts';
import type { FieldForecast } from '../../../sync/forecast/forecast-fields.ts';
import type { ForecastOutcome } from '../../../sync/forecast/forecast-outcome.ts';
import { reasonWords } from '../reason-words.ts';

type Skip = Extract<ForecastOutcome, { would: 'skip' }>;
type Fail = Extract<ForecastOutcome, { would: 'fail' }>;
type OnContact = Extract<ForecastOutcome, { foundBy: string }>;

/** What delivery would do with the identity, in one sentence. @param module such as Contacts */
export function outcomeWords(outcome: ForecastOutcome, module: string): string {
  const record = module === 'Leads' ? 'lead' : 'contact';
  switch (outcome.would) {
    case 'create':
      return outcome.again
        ? `Would create the ${record} again: the linked one is gone from Zoho.`
        : `Would create a ${record}: Zoho has none.`;
    case 'update':
    case 'unchanged':
      return onContactWords(outcome, record);
    case 'skip':
      return `Skipped: ${reasonWords(outcome.reason) ?? outcome.reason}.${contactsWords(outcome, record)}`;
    case 'fail':
      return failedWords(outcome, record);
    case 'wait':
      if (outcome.reason !== null) {
        return `Would wait (${outcome.reason}): ${reasonWords(outcome.reason) ?? outcome.reason}.`;
      }
      return `Waits: its ${record} is locked or in approval in Zoho. Delivery is retried automatically.`;
    case 'contest':
      return `Undecided: ${record} ${outcome.contactId} belongs to identity ${outcome.ownerId}. Delivery first asks Ory whether that identity still exists.`;
    case 'upsert':
      return `Would create or update a ${record}. Without ZohoCRM.coql.READ only Zoho knows which.`;
    case 'unknown':
      return `Undecided: it is not known whether Zoho has a ${record}.`;
  }
}

function onContactWords({ would, contactId, foundBy }: OnContact, record: string): string {
  const which = `${record} ${contactId}`;
  if (would === 'update') {
    return foundBy === 'email'
      ? `Would adopt ${which}: it has this email and was not created by ory-zoho.`
      : `Would update ${which}, which ${OURS[foundBy]}.`;
  }
  return foundBy === 'link'
    ? `Nothing to do: the linked ${which} is up to date.`
    : `Would link ${which} and write nothing: it is up to date.`;
}

function failedWords({ reason, field, message, again, foreseen }: Fail, record: string): string {
  const said = [field, message].filter((part) => part !== null).join(': ');
  const why = said === '' ? reason : `${reason} (${said.replace(/\.$/, '')})`;
  if (foreseen || reason === 'zoho_converted_record') return `Would fail: ${why}.`;
  return again
    ? `Has failed: ${why}. It is sent again, and fails again unless the ${record} can be written now.`
    : `Has failed: ${why}. \`ory-zoho failed show\` shows more, \`ory-zoho failed retry\` sends it again.`;
}

const OURS: { readonly [By in Exclude<OnContact['foundBy'], 'email'>]: string } = {
  link: 'is linked to it',
  ory_id: 'carries its id',
  lost_answer: 'was created by an earlier call whose answer was lost',
};

function contactsWords({ contacts, contactIds }: Skip, record: string): string {
  if (contactIds.length === 0) return '';
  const which = `${contactIds.length === 1 ? record : `${record}s`} ${contactIds.join(', ')}`;
  switch (contacts) {
    case 'leave':
      return ` Its ${which} is not changed.`;
    case 'tag':
      return ` Its ${which} would be tagged.`;
    case 'set':
      return ` Its ${which} would get the values of \`otherwise\`.`;
    case 'delete':
      return ` Its ${which} would be deleted.`;
  }
}

/** The word for what would happen to a field. */
export function fieldWord(field: FieldForecast): string {
  const empty = field.value === null && (field.would === 'same' || field.would === 'mapped');
  return empty ? 'empty' : FIELD_WORDS[field.would];
}

export const FIELD_WORDS: { readonly [Would in FieldForecast['would']]: string } = {
  write: 'written',
  clear: 'cleared',
  same: 'same',
  keep: 'kept',
  leave_out: 'left out',
  mapped: 'mapped',
};

const WHYS: { readonly [Why in NonNullable<FieldForecast['why']>]: string } = {
  on_create: 'for new contacts only',
  made_up: 'made up, and never replaces a real name',
  filled: 'adopt: fill keeps what is not empty',
  never_sent: 'was never sent, so it is not cleared',
  no_clear: 'the mapping does not clear it',
  refused: 'Zoho refused this value before',
};

/** More details about a field, one per line. @param text makes a value readable */
export function fieldDetails(field: FieldForecast, text: (value: unknown) => string): string[] {
  const { would, why, value, has, cutFrom, problem } = field;
  const details: string[] = [];
  if (would === 'write' && has !== undefined && !isEmpty(has)) details.push(`was ${text(has)}`);
  if (would === 'clear') details.push(has === undefined ? 'gone in Ory' : `was ${text(has)}; gone in Ory`);
  if (cutFrom !== null && typeof value === 'string') {
    details.push(`cut to ${value.length} of ${cutFrom} characters`);
  }
  if (why !== null) {
    details.push(would === 'keep' && value !== null ? `not ${text(value)}: ${WHYS[why]}` : WHYS[why]);
  }
  if (problem !== null) details.push(problem);
  return details;
}

/** The value of the field afterwards. */
export function shownValue({ would, value, has }: FieldForecast): unknown {
  if (would === 'clear') return null;
  return would === 'keep' || would === 'leave_out' ? has : value;
}

export function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Notes for the user. */
export function notesOf({ outcome, withEmail, mapped, waits }: Forecast): string[] {
  const notes: string[] = [];
  const { add, remove } = 'tags' in outcome ? outcome.tags : { add: [], remove: [] };
  if (add.length > 0) notes.push(`Tags added: ${add.join(', ')}.`);
  if (remove.length > 0) notes.push(`Tags removed: ${remove.join(', ')}.`);
  if (waits && outcome.would !== 'wait')
    notes.push('It is waiting in the outbox and has not been delivered yet.');
  if (withEmail > 1) notes.push(`${withEmail} contacts have this email; the oldest one is used.`);
  const when = mapped.problems?.find(({ field }) => field === 'when');
  if (when !== undefined) notes.push(`when: ${when.message}`);
  return notes;
}

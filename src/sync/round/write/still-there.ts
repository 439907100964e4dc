import type { CallFailure, ItemAnswer, RecordError } from '../../../model/zoho-answer.ts';
import type { RoundContext } from '../work/round-context.ts';

type Items = ReadonlyMap<string, ItemAnswer | undefined>;

/** The field for a record's lock (Zoho CRM API, "Record Locking"). */
const LOCKED = 'Locked__s';

/**
 * Zoho answers "record not deleted" for a record that is gone, and does not document the other reasons. So we
 * check whether the record still exists. Nothing counts as deleted that does.
 * @param items the answers to a deletion, by contact id
 * @returns the same, except that contacts which still exist have an answer that says so
 */
export async function withWhatIsThere(
  { zoho, mapping, signal }: Pick<RoundContext, 'zoho' | 'mapping' | 'signal'>,
  items: Items,
): Promise<{ readonly kind: 'seen'; readonly items: Items } | CallFailure> {
  const doubtful = [...items].filter(([, item]) => item?.kind === 'error' && item.error.kind === 'gone');
  if (doubtful.length === 0) return { kind: 'seen', items };
  const ids = doubtful.map(([id]) => id);
  const answer = await zoho.records({ module: mapping.module, ids, select: ['Last_Name', LOCKED], signal });
  if (answer.kind === 'no_scope') {
    const message = `It cannot be checked whether Zoho has deleted them, because the connection may not read ${mapping.module}.`;
    return { kind: 'not_done', pause: 'scope', message };
  }
  if (answer.kind !== 'found') return answer;
  const there = new Map(answer.contacts.map(({ id, fields }) => [id, fields[LOCKED] === true]));
  return {
    kind: 'seen',
    items: new Map([...items].map(([id, item]) => [id, asSeen(id, item, there.get(id))])),
  };
}

/** @param locked undefined if the contact does not exist */
function asSeen(
  id: string,
  item: ItemAnswer | undefined,
  locked: boolean | undefined,
): ItemAnswer | undefined {
  if (item?.kind !== 'error' || item.error.kind !== 'gone' || locked === undefined) return item;
  const said = item.error.message === '' ? item.error.code : item.error.message;
  const error: RecordError = locked
    ? { ...item.error, kind: 'later', code: 'RECORD_LOCKED', message: `Contact ${id} is locked.` }
    : { ...item.error, kind: 'refused', message: `${said}: contact ${id} is still there.` };
  return { kind: 'error', error };
}

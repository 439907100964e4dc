import type { CallFailure, ItemAnswer, RecordError } from '../../../model/zoho-answer.ts';
import type { RoundContext } from '../work/round-context.ts';

type Items = ReadonlyMap<string, ItemAnswer | undefined>;

/** A record's lock (Zoho CRM API, "Record Locking"). */
const LOCKED = 'Locked__s';

/**
 * "Record not deleted" is what Zoho says of a record that is gone, and it does not document for what else. So whether it is
 * gone is looked at: nothing counts as deleted that is still there.
 * @param items the answers to a deletion, by contact id
 * @returns the same; those of contacts that are still there say so
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
    const message = `Whether Zoho has deleted them cannot be seen: the connection may not read ${mapping.module}.`;
    return { kind: 'not_done', pause: 'scope', message };
  }
  if (answer.kind !== 'found') return answer;
  const there = new Map(answer.contacts.map(({ id, fields }) => [id, fields[LOCKED] === true]));
  return {
    kind: 'seen',
    items: new Map([...items].map(([id, item]) => [id, asSeen(id, item, there.get(id))])),
  };
}

/** @param locked undefined: it is not there */
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

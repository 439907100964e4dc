/** What the contact of a delivery does not have as the mapping made it, beside the fields that Zoho refused. Pure. */
import type { MappedField, MappingProblem } from '../../mapping/mapped.ts';
import type { ContactFields } from '../../model/contact.ts';
import { cutWords } from '../../model/incomplete.ts';
import type { IncompleteField } from '../../model/incomplete.ts';
import type { FieldHashes } from './changed-fields.ts';
import { isForCreateOnly } from './write-rules.ts';

/** Zoho's field for tags (Zoho CRM API, "Get Records"). */
const TAG = 'Tag';

export interface Incompleteness {
  /** API names of all fields that the mapping may write. */
  readonly mapped: readonly string[];
  /** Made of this identity; a mapped field that is not here was left alone. */
  readonly fields: ReadonlyMap<string, MappedField>;
  readonly problems: readonly MappingProblem[];
  /** Why Zoho did not take the tags; null = it did, or there were none to put on. */
  readonly tagsRefused: string | null;
  readonly written: ContactFields;
  /** Field -> HMAC of what the contact has, after this delivery. */
  readonly sent: { readonly [field: string]: string };
  /** Of the same contact, after the delivery before. */
  readonly before: readonly IncompleteField[];
}

export function incompleteAfter(
  { mapped, fields, problems, tagsRefused, written, sent, before }: Incompleteness,
  hash: Pick<FieldHashes, 'sent'>,
): IncompleteField[] {
  const unfit = problems
    .filter(({ field }) => field !== 'when')
    .map(({ field, message }): IncompleteField => ({ field, reason: 'unfit', message }));
  const told = new Set(unfit.map(({ field }) => field));
  const cut: IncompleteField[] = [];
  for (const [name, field] of fields) {
    if (told.has(name)) continue;
    const has = written[name] !== undefined || sent[name] === hash.sent(name, field.value);
    // What is written to new contacts only may be in this one, as it was then.
    if (!has && isForCreateOnly(field)) continue;
    told.add(name);
    if (!has || field.cutFrom === undefined || typeof field.value !== 'string') continue;
    cut.push({ field: name, reason: 'cut', message: cutWords(field.value.length, field.cutFrom) });
  }
  const untold = before.filter(({ field }) => mapped.includes(field) && !told.has(field));
  const tags: IncompleteField[] =
    tagsRefused === null ? [] : [{ field: TAG, reason: 'refused', message: tagsRefused }];
  return [...unfit, ...cut, ...untold, ...tags];
}

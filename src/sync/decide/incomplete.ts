/**
 * The fields that a contact does not have as the mapping made them, in addition to those that Zoho refused.
 * Pure.
 */
import type { MappedField, MappingProblem } from '../../mapping/mapped.ts';
import type { ContactFields } from '../../model/contact.ts';
import { cutWords } from '../../model/incomplete.ts';
import type { IncompleteField } from '../../model/incomplete.ts';
import type { FieldHashes } from './changed-fields.ts';
import { isForCreateOnly } from './write-rules.ts';

/** Zoho's field for tags (Zoho CRM API, "Get Records"). */
const TAG = 'Tag';

export interface Incompleteness {
  /** The API names of all fields that the mapping may write. */
  readonly mapped: readonly string[];
  /** The fields made for this identity. A mapped field that is not here was left alone. */
  readonly fields: ReadonlyMap<string, MappedField>;
  readonly problems: readonly MappingProblem[];
  /** Why Zoho refused the tags. Null if it did not, or if there were none. */
  readonly tagsRefused: string | null;
  readonly written: ContactFields;
  /** Field -> HMAC of the contact's value after this delivery. */
  readonly sent: { readonly [field: string]: string };
  /** The same for this contact after the previous delivery. */
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
    // A field for new contacts only may still be incomplete, as it was at the creation.
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

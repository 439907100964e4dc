import type { Mark } from '../../../store/outbox/row.ts';

/**
 * Removes marks that another one covers: same email and contact, and no additional field. They all say the
 * same. During a day of outage, one row would collect thousands of them.
 */
export function withoutCovered(marks: readonly Mark[]): Mark[] {
  return marks.filter(
    (mark, index) => !marks.some((other, at) => at !== index && covers(other, mark, at < index)),
  );
}

const SAME = ['key', 'contact', 'made', 'cleared'] as const;

/** Of two equal marks, the first one stays. */
function covers(other: Mark, mark: Mark, isFirst: boolean): boolean {
  if (SAME.some((name) => other[name] !== mark[name])) return false;
  const values = Object.entries(mark.sent ?? {});
  if (values.some(([name, hash]) => other.sent?.[name] !== hash)) return false;
  const fields = new Set(other.fields);
  if (!mark.fields.every((field) => fields.has(field))) return false;
  return other.fields.length > mark.fields.length || isFirst;
}

/** What unanswered calls may have sent: for each field, the HMACs of the values. */
export function sentInDoubt(marks: readonly Mark[]): { readonly [field: string]: readonly string[] } {
  const sent: { [field: string]: string[] } = {};
  for (const mark of marks) {
    for (const [name, hash] of Object.entries(mark.sent ?? {})) sent[name] = [...(sent[name] ?? []), hash];
  }
  return sent;
}

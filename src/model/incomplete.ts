/** A field of a contact that does not have the value from the mapping, and the reason. No personal data. */
export interface IncompleteField {
  /** The API name, or `Tag` for tags. */
  readonly field: string;
  readonly reason: IncompleteReason;
  /** Text for the user. It never repeats the value. */
  readonly message: string;
}

export const INCOMPLETE_REASONS = ['refused', 'unfit', 'cut'] as const;

/**
 * `refused`: Zoho refused the value, and the contact was written without it. `unfit`: the mapped value does
 * not fit the field, which was left alone. `cut`: the text is longer than the field, which got its beginning.
 */
export type IncompleteReason = (typeof INCOMPLETE_REASONS)[number];

/** A field whose value Zoho refused. The log of that delivery has Zoho's answer. */
export function refusedField(field: string): IncompleteField {
  return { field, reason: 'refused', message: 'Zoho refused the value.' };
}

/**
 * The fields that were left out of the contact. Cut fields do not count, because they got part of the text.
 */
export function leftOutOf(incomplete: readonly IncompleteField[]): string[] {
  return [...new Set(incomplete.filter(({ reason }) => reason !== 'cut').map(({ field }) => field))];
}

/** @param length of the text that the field got */
export function cutWords(length: number, cutFrom: number): string {
  return `The text was cut to ${length} of ${cutFrom} characters.`;
}

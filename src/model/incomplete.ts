/** A field of a contact whose value is not the one that the mapping made, and why. No personal data. */
export interface IncompleteField {
  /** API name; `Tag` for tags. */
  readonly field: string;
  readonly reason: IncompleteReason;
  /** In words, for a person; repeats no value. */
  readonly message: string;
}

export const INCOMPLETE_REASONS = ['refused', 'unfit', 'cut'] as const;

/**
 * `refused`: Zoho refused the value, and the contact went through without. `unfit`: what the mapping gives does not fit
 * the field, which was left alone. `cut`: the text is longer than the field, which got its beginning.
 */
export type IncompleteReason = (typeof INCOMPLETE_REASONS)[number];

/** A field that Zoho refused. What Zoho said of it is in the log of that delivery. */
export function refusedField(field: string): IncompleteField {
  return { field, reason: 'refused', message: 'Zoho refused the value.' };
}

/** The fields that a contact went without; of a cut text it has the beginning. */
export function leftOutOf(incomplete: readonly IncompleteField[]): string[] {
  return [...new Set(incomplete.filter(({ reason }) => reason !== 'cut').map(({ field }) => field))];
}

/** @param length of what the field got */
export function cutWords(length: number, cutFrom: number): string {
  return `The text was cut to ${length} of ${cutFrom} characters.`;
}

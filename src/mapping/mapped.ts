import type { FieldValue } from '../model/contact.ts';
import type { EmailState } from './derived/email-state.ts';

/**
 * When a field is written. A new rule does not compile until every place that depends on the rule handles it.
 */
export const WRITE_RULES = ['always', 'on-create'] as const;

export type WriteRule = (typeof WRITE_RULES)[number];

/**
 * One field of a contact as the mapping made it from an identity. `decide` has not compared it with Zoho yet.
 */
export interface MappedField {
  /** The value in Zoho's form. Null if the identity has no value for this field. */
  readonly value: FieldValue | null;
  readonly write: WriteRule;
  /**
   * Whether Zoho's field is cleared if a value was sent and is gone now. Never true for a mandatory field.
   */
  readonly clear: boolean;
  /**
   * We made the value up (a Last_Name from the email). It is written only on create, and never over a real
   * value.
   */
  readonly madeUp: boolean;
  /** How many characters the text had before it was cut to the field's length. */
  readonly cutFrom?: number;
}

/** The result of a mapping for one identity. */
export interface Mapped {
  /**
   * `when` of the mapping. False if the identity must not be synced. Unknown if this snapshot lacks data that
   * `when` needs.
   */
  readonly when: boolean | 'unknown';
  /** What Ory knows about the mapped email. */
  readonly emailState: EmailState;
  /** The fields that this identity has data for. A mapped field that is not here is left alone in Zoho. */
  readonly fields: ReadonlyMap<string, MappedField>;
  /** The fields of `otherwise: { set }`. Empty unless `when` is false. */
  readonly otherwise: ReadonlyMap<string, MappedField>;
  /** The fields that the mapping could not make for this identity. */
  readonly problems?: readonly MappingProblem[];
}

/** Why a field (or `when`) has no result for one identity. The message repeats no value. */
export interface MappingProblem {
  /** API name of the field, or `when`. */
  readonly field: string;
  readonly message: string;
}

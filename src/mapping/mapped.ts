import type { FieldValue } from '../model/contact.ts';
import type { EmailState } from './derived/email-state.ts';

/** When a field is written. A new rule does not compile until it is handled wherever rules are told apart. */
export const WRITE_RULES = ['always', 'on-create'] as const;

export type WriteRule = (typeof WRITE_RULES)[number];

/** One field of a contact as the mapping made it from an identity, before `decide` looks at what Zoho has. */
export interface MappedField {
  /** The value as Zoho takes it; null = the identity has no value for this field. */
  readonly value: FieldValue | null;
  readonly write: WriteRule;
  /** A value once sent and now gone is cleared in Zoho. Never true for a mandatory field. */
  readonly clear: boolean;
  /** We made the value up (a Last_Name from the email): written on create only, never over a real one. */
  readonly madeUp: boolean;
  /** How many characters the text had before it was cut to the field's length. */
  readonly cutFrom?: number;
}

/** What a mapping makes of one identity. */
export interface Mapped {
  /** `when` of the mapping: false = not to be synced; unknown = it needs what this snapshot does not tell. */
  readonly when: boolean | 'unknown';
  /** What Ory says of the mapped email. */
  readonly emailState: EmailState;
  /** The fields this identity says something about; a mapped field that is not here is left alone in Zoho. */
  readonly fields: ReadonlyMap<string, MappedField>;
  /** The fields of `otherwise: { set }`; empty unless `when` is false. */
  readonly otherwise: ReadonlyMap<string, MappedField>;
  /** What could not be made of this identity, though the mapping asks for it. */
  readonly problems?: readonly MappingProblem[];
}

/** Why a field (or `when`) has no result for one identity. The message repeats no value of it. */
export interface MappingProblem {
  /** API name of the field, or `when`. */
  readonly field: string;
  readonly message: string;
}

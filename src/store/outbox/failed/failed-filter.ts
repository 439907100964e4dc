import type { SqlValue } from '../../engine/sql.ts';

/** Selects failed rows. A filter that is left out does not matter. */
export interface FailedFilter {
  readonly identityId?: string | undefined;
  readonly reason?: string | undefined;
  /** API name of the field that Zoho's answer points at. */
  readonly field?: string | undefined;
  /** Trimmed and lower-cased. */
  readonly emailKey?: string | undefined;
  /** False leaves out rows of kind erase. */
  readonly erasures?: false;
  /** Whether a call of the row is in doubt (rule 11). */
  readonly inDoubt?: boolean;
}

/** A WHERE condition for matching failed rows, with its parameters from $1 on. */
export function failedWhere({ identityId, reason, field, emailKey, erasures, inDoubt }: FailedFilter): {
  readonly text: string;
  readonly parameters: SqlValue[];
} {
  const conditions = ["state = 'failed'"];
  const parameters: SqlValue[] = [];
  const add = (value: string | undefined, condition: (parameter: string) => string) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  add(identityId, (parameter) => `identity_id = ${parameter}`);
  add(reason, (parameter) => `reason = ${parameter}`);
  add(field, (parameter) => `field = ${parameter}`);
  add(emailKey, (parameter) => `${parameter} IN (email_key, mapped_key)`);
  if (erasures === false) conditions.push("kind <> 'erase'");
  if (inDoubt !== undefined) {
    const doubt = `SELECT 1 FROM identity_key WHERE identity_key.identity_id = outbox.identity_id AND in_doubt = 1`;
    conditions.push(`${inDoubt ? '' : 'NOT '}EXISTS (${doubt})`);
  }
  return { text: conditions.join(' AND '), parameters };
}

import type { SqlValue } from '../sql.ts';

/** Which failed rows are meant; what is not given does not matter. */
export interface FailedFilter {
  readonly identityId?: string | undefined;
  readonly reason?: string | undefined;
  /** API name of the field that Zoho's answer points at. */
  readonly field?: string | undefined;
  /** Trimmed and lower-cased. */
  readonly emailKey?: string | undefined;
  /** False: rows of kind erase are not meant. */
  readonly erasures?: false;
}

/** Failed rows that fit, as a condition for WHERE with its parameters from $1 on. */
export function failedWhere({ identityId, reason, field, emailKey, erasures }: FailedFilter): {
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
  return { text: conditions.join(' AND '), parameters };
}

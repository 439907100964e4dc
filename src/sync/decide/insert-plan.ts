import type { ContactFields, FieldValue } from '../../model/contact.ts';
import type { DecideRules } from './decide-rules.ts';
import type { Plan } from './plan.ts';

export type InsertPlan = Extract<Plan, { do: 'insert' }>;
export type InsertRules = Pick<DecideRules, 'oryIdField' | 'uniqueFields'>;

/**
 * Rule 19: an upsert has no unique fields except its keys, because Zoho matches by every unique field in the
 * record.
 */
export function insertPlan(
  values: { [field: string]: FieldValue },
  afterInsert: ContactFields,
  rules: InsertRules,
): InsertPlan {
  const keys = rules.oryIdField === null ? ['Email'] : [rules.oryIdField, 'Email'];
  const entries = Object.entries(values);
  const apart = entries.filter(([name]) => rules.uniqueFields.has(name) && !keys.includes(name));
  const fields = Object.fromEntries(entries.filter((entry) => !apart.includes(entry)));
  return {
    do: 'insert',
    fields,
    matchBy: keys.filter((key) => fields[key] !== undefined),
    afterwards: Object.fromEntries(apart),
    afterInsert,
  };
}

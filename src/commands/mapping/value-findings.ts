import { compileExpression } from '../../mapping/expression/expression.ts';
import type { ExpressionInput } from '../../mapping/expression/expression.ts';
import { fitToField } from '../../mapping/fit/fit-to-field.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import type { FieldList } from '../../model/contact.ts';
import { fail, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** Values that have the same form in every identity, whatever its schema. */
const SAMPLE: ExpressionInput = {
  id: '9f425a8d-7efc-4768-8f23-7647a74fdf13',
  schema_id: 'default',
  state: 'active',
  organization_id: 'b5e0c7a4-1f0d-4a57-8a3e-0d3c1f1c2b11',
  created_at: '2026-01-02T03:04:05.678901Z',
  updated_at: '2026-01-02T03:04:05.678901Z',
  email: 'ann@example.org',
  first_name: 'Ann',
  last_name: 'Lee',
  full_name: 'Ann Lee',
  phone: '+491701234567',
  verified: true,
  signed_in_at: '2026-01-02T03:04:05Z',
};

/**
 * Checks the mapping's values without an identity: finds constants and well-known values that do not fit
 * their field.
 */
export async function valueFindings(mapping: Mapping, fields: FieldList): Promise<Finding[]> {
  const set = typeof mapping.otherwise === 'object' ? mapping.otherwise.set : {};
  const findings: Finding[] = [];
  for (const [name, { value }] of [...Object.entries(mapping.fields), ...Object.entries(set)]) {
    findings.push(...(await unfit(name, value, fields)));
  }
  return findings;
}

async function unfit(name: string, value: string, fields: FieldList): Promise<Finding[]> {
  const expression = compileExpression(value);
  if (![...expression.names].every((used) => Object.hasOwn(SAMPLE, used))) return [];
  const result = await expression.evaluate(SAMPLE);
  if ('problem' in result) {
    return [
      fail('mapping', `${name}: ${value} gives no value: ${result.problem}`, 'Correct the expression.'),
    ];
  }
  const meta = fields.get(name);
  const fit = fitToField(result.value, meta);
  if ('problem' in fit) {
    const detail = `${name} is of the type ${meta?.dataType} in Zoho, but ${value} does not fit that, so it would be left out`;
    return [fail('fields', detail, 'Map a value that fits, or change the type of the field in Zoho.')];
  }
  if (expression.names.size > 0 || fit.cutFrom === undefined) return [];
  const detail = `${name} takes ${meta?.length} characters: the constant of ${fit.cutFrom} would be cut`;
  return [
    warn('fields', detail, 'Shorten it, or raise "Number of characters allowed" of the field in Zoho.'),
  ];
}

import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import type { FieldList, FieldMeta } from '../../model/contact.ts';
import { checkFields } from '../parts/findings/mapped-fields.ts';
import { fail, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';
import { nearestWord } from '../../mapping/expression/nearest-word.ts';

/**
 * The mapping's fields against those of the module, as Zoho describes them: there, writable, long enough,
 * none missing; and what follows from a field being unique or mandatory.
 */
export function liveFieldFindings(mapping: Mapping, fields: FieldList, oryIdField: string | null): Finding[] {
  const names = writtenFields(mapping);
  const unusable = names.flatMap((name) => unusableFinding(name, fields, mapping.module));
  const usable = Object.entries(mapping.fields).filter(([name]) => fields.get(name)?.writable === true);
  const rest = checkFields({ ...mapping, fields: Object.fromEntries(usable) }, fields, oryIdField);
  return [
    ...unusable,
    ...rest.filter(({ state }) => state !== 'ok' || unusable.length === 0),
    ...usable.flatMap(([name, { value }]) => demandFindings(name, value, fields.get(name))),
  ];
}

/**
 * Without a connection: what is no standard field of the module may still be one of the organisation's own.
 */
export function standardFieldFindings(mapping: Mapping, standard: FieldList): Finding[] {
  return writtenFields(mapping).flatMap((name) => {
    if (standard.has(name)) return unusableFinding(name, standard, mapping.module);
    const meant = nearestWord(name, standard.keys());
    const detail = `${name} is no standard field of ${mapping.module}: whether your organisation has it was not checked`;
    const fix = meant === undefined ? 'Run "ory-zoho init" to connect, then check again.' : didYouMean(meant);
    return [warn('fields', detail, fix)];
  });
}

/** Those of `otherwise: { set }` too. */
function writtenFields(mapping: Mapping): string[] {
  const set = typeof mapping.otherwise === 'object' ? Object.keys(mapping.otherwise.set) : [];
  return [...new Set([...Object.keys(mapping.fields), ...set])];
}

function unusableFinding(name: string, fields: FieldList, module: string): Finding[] {
  const meta = fields.get(name);
  if (meta === undefined) {
    const meant = nearestWord(name, fields.keys());
    const fix =
      meant === undefined ? 'Correct the API name, or create the field in Zoho.' : didYouMean(meant);
    return [fail('fields', `${module} has no field ${name}`, fix)];
  }
  if (meta.writable) return [];
  const fix = 'Remove it from the mapping, or let the profile of the connected Zoho user edit it.';
  return [fail('fields', `${name} is read-only or hidden in Zoho`, fix)];
}

function didYouMean(name: string): string {
  return `Did you mean ${name}?`;
}

/** Further conditions that Zoho sets for a field's value. */
function demandFindings(name: string, value: string, meta: FieldMeta | undefined): Finding[] {
  const findings: Finding[] = [];
  if (meta?.unique === true && name !== 'Email') {
    const detail = `${name} is unique in Zoho: it is sent in a second call, which fails if another contact has the value (duplicate_${name})`;
    findings.push(warn('fields', detail, 'Map it only if no two identities share its value.'));
  }
  if (meta?.mandatory === true && name !== 'Last_Name' && !isConstant(value)) {
    const detail = `${name} is mandatory in Zoho: an identity without a value for it cannot become a contact`;
    findings.push(warn('fields', detail, `Add a fallback: $coalesce(${value}, "…")`));
  }
  return findings;
}

/** Text in quotes, a number, true or false. It is the same for every identity. */
function isConstant(value: string): boolean {
  return /^(?:'[^']*'|"[^"]*"|true|false|-?\d+(?:\.\d+)?)$/.test(value);
}

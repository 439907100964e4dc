import type { Json } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';

/** Prints JSON as go-jsonnet does: sorted keys, three spaces, `[ ]` and `{ }`, and a newline at the end. */
export function goJsonnet(value: Json): string {
  return `${manifest(value, '')}\n`;
}

function manifest(value: Json, indent: string): string {
  const inner = `${indent}   `;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => inner + manifest(item, inner));
    return items.length === 0 ? '[ ]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (isJsonObject(value)) {
    const keys = Object.keys(value).sort();
    const members = keys.map((key) => `${inner}${quoted(key)}: ${manifest(value[key] ?? null, inner)}`);
    return members.length === 0 ? '{ }' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' ? number(value) : JSON.stringify(value);
}

/** As in JSON, but DEL and the C1 controls are escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whole numbers are printed in full, others with 17 significant digits, as Go's `%.17g` does. */
function number(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4) return value.toPrecision(17).replace(/\.?0+$/, '');
  const [digits = '', power = ''] = value.toExponential(16).split('e-');
  return `${digits.replace(/\.?0+$/, '')}e-${power.padStart(2, '0')}`;
}

import { derive } from '../../mapping/derived/derived.ts';
import type { Identity } from '../../model/identity.ts';
import type { Json } from '../../model/json.ts';
import { printable } from '../terminal/printable.ts';
import { clip } from '../terminal/display-width.ts';
import type { Row } from '../terminal/panels.ts';
import { valueSpan } from './value-text.ts';

const INDENT = '  ';
const LABEL_AT_MOST = 24;

/** Traits and public metadata as a tree, and whether the email is verified. */
export function traitRows(identity: Identity): Row[] {
  const { verified } = derive(identity);
  return [
    ...tree('', identity.traits ?? {}),
    ...tree('', identity.metadata_public == null ? {} : { metadata_public: identity.metadata_public }),
    ...tree('', verified === undefined ? {} : { verified }),
  ];
}

/** Lists of plain values stay on one line. */
function tree(indent: string, value: Json): Row[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries<Json>(value).flatMap(([key, inner]) => {
    const label = { text: clip(indent + printable(key), LABEL_AT_MOST), style: 'dim' } as const;
    const below = isPlain(inner) ? [] : tree(indent + INDENT, inner);
    return [{ cells: [label, below.length > 0 ? { text: '' } : valueSpan(inner)], details: [] }, ...below];
  });
}

function isPlain(value: Json): boolean {
  return Array.isArray(value) && !value.some((item: Json) => typeof item === 'object');
}

import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { ConfigurationError } from '../../errors.ts';
import type { Path } from './hook-lists.ts';

/** A change of the text: the part from `start` to `end` is replaced by `text`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A map on the way to a list, and its entry that leads further. */
export interface Step {
  readonly map: YAMLMap;
  readonly pair: Pair;
}

/** An error for layouts that YAML allows but this editor does not know. */
export function unknownLayout(what: string): ConfigurationError {
  return new ConfigurationError('kratos_layout', `The file cannot be edited safely: ${what}.`, {
    hint: 'Nothing was changed. `ory-zoho actions print --format yaml` prints the hooks to paste.',
  });
}

/** Follows a path as far as its keys exist. Aliases lead to the nodes that they stand for. */
export function followPath(document: Document, path: Path): { steps: Step[]; end: YAMLMap | YAMLSeq } {
  const steps: Step[] = [];
  let here = collection(document, document.contents, 'the file');
  for (const key of path) {
    if (!isMap(here)) throw unknownLayout(`${path.join('.')} leads through a list`);
    const map = here;
    const pair = map.items.find(({ key: one }) => isScalar(one) && one.value === key);
    if (pair === undefined) break;
    steps.push({ map, pair });
    here = collection(document, pair.value, path.slice(0, steps.length).join('.'));
  }
  return { steps, end: here };
}

function collection(document: Document, value: unknown, what: string): YAMLMap | YAMLSeq {
  const node = isAlias(value) ? value.resolve(document) : value;
  if (isMap(node) || isSeq(node)) return node;
  throw unknownLayout(`${what} exists but is empty`);
}

/** The end of a node's own text, before comments that the parser adds to it. */
export function contentEnd(node: unknown): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (last !== undefined) return contentEnd(last);
  }
  if (isPair(node)) return contentEnd(node.value ?? node.key);
  return rangeOf(node)[1];
}

/** The start of a node in the text. */
export function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function rangeOf(node: unknown): NonNullable<Node['range']> {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  if (range === undefined || range === null) throw unknownLayout('a node has no position');
  return range;
}

/** The positions of the dashes of a block list. */
export function dashes(list: YAMLSeq): number[] {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') throw unknownLayout('a list has no dashes');
  return token.items.flatMap(({ start }) =>
    start.flatMap(({ type, offset }) => (type === 'seq-item-ind' ? [offset] : [])),
  );
}

/** The start of the line that this position is in. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/**
 * The position after the last line of something that ends at `end`. If no line break follows, it is the end
 * of the text.
 */
export function behindLines(text: string, end: number): number {
  if (text[end - 1] === '\n') return end;
  const newline = text.indexOf('\n', end);
  return newline === -1 ? text.length : newline + 1;
}

/** The line break before `at`, which is the start of a line. */
export function lineBreakBefore(text: string, at: number): string {
  return text.slice(0, at).endsWith('\r\n') ? '\r\n' : '\n';
}

/** The spaces before an entry, which must be the first on its line. */
export function indentOf(text: string, at: number): string {
  const indent = text.slice(lineStart(text, at), at);
  if (!/^ *$/.test(indent))
    throw unknownLayout(`line ${lineNumber(text, at)} has something before its entry`);
  return indent;
}

/** The start of the entry's line, or of the first comment or empty line above it. */
export function aboveComments(text: string, entry: number): number {
  let start = lineStart(text, entry);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^\s*(#|$)/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

function lineNumber(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

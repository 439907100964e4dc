import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { ConfigurationError } from '../../errors.ts';
import type { Path } from './hook-lists.ts';

/** A change of text: what stands from `start` to `end` becomes `text`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A map on the way to a list, and its entry that leads on. */
export interface Step {
  readonly map: YAMLMap;
  readonly pair: Pair;
}

/** Layouts that YAML allows and this editor does not know. */
export function unknownLayout(what: string): ConfigurationError {
  return new ConfigurationError('kratos_layout', `The file cannot be edited safely: ${what}.`, {
    hint: 'Nothing was changed. `ory-zoho actions print --format yaml` prints the hooks to paste.',
  });
}

/** Follows a path as far as its keys are written out; aliases lead to what they stand for. */
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
  throw unknownLayout(`${what} is there, but empty`);
}

/** Where what a node says ends: before comments that the parser counts to it. */
export function contentEnd(node: unknown): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    if (last !== undefined) return contentEnd(last);
  }
  if (isPair(node)) return contentEnd(node.value ?? node.key);
  return rangeOf(node)[1];
}

/** Where a node starts in the text. */
export function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function rangeOf(node: unknown): NonNullable<Node['range']> {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  if (range === undefined || range === null) throw unknownLayout('a node has no place');
  return range;
}

/** Where the dashes of a block list stand. */
export function dashes(list: YAMLSeq): number[] {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') throw unknownLayout('a list has no dashes');
  return token.items.flatMap(({ start }) =>
    start.flatMap(({ type, offset }) => (type === 'seq-item-ind' ? [offset] : [])),
  );
}

/** Where the line begins that a place of the text is in. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Behind the last line of what ends at `end`; the text's end where no line break follows. */
export function behindLines(text: string, end: number): number {
  if (text[end - 1] === '\n') return end;
  const newline = text.indexOf('\n', end);
  return newline === -1 ? text.length : newline + 1;
}

/** How a line breaks that ends before `at`, which is the start of another. */
export function lineBreakBefore(text: string, at: number): string {
  return text.slice(0, at).endsWith('\r\n') ? '\r\n' : '\n';
}

/** The spaces before something that has to be the first on its line. */
export function indentOf(text: string, at: number): string {
  const indent = text.slice(lineStart(text, at), at);
  if (!/^ *$/.test(indent))
    throw unknownLayout(`line ${lineNumber(text, at)} has something before its entry`);
  return indent;
}

/** The line that an entry starts on, or the first of the comments and empty lines above it. */
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

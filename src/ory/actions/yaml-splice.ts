import { isMap, isScalar, isSeq } from 'yaml';
import type { Document, Pair, YAMLMap, YAMLSeq } from 'yaml';
import type { JsonObject } from '../../model/json.ts';
import type { Edit } from './edit.ts';
import {
  MADE_COMMENT,
  blockItem,
  blockKeys,
  flowItem,
  flowKeys,
  isMadeAnchor,
  madeAnchor,
} from './yaml-hook.ts';
import {
  aboveComments,
  behindLines,
  contentEnd,
  dashes,
  followPath,
  indentOf,
  lineBreakBefore,
  lineStart,
  startOf,
  unknownLayout,
} from './yaml-layout.ts';
import type { Splice, Step } from './yaml-layout.ts';

type Addition = Extract<Edit, { kind: 'add' }>;

/** An edit as a change of the text that `document` was parsed from. Every byte outside it stays. */
export function spliceFor(text: string, document: Document, edit: Edit): Splice {
  const { steps, end } = followPath(document, edit.list);
  if (steps.length < edit.list.length) {
    if (edit.kind !== 'add' || !isMap(end))
      throw unknownLayout(`${edit.list.join('.')} comes from a merge key`);
    return newKeys(text, end, edit, steps.length);
  }
  if (!isSeq(end)) throw unknownLayout(`${edit.list.join('.')} is not a list`);
  switch (edit.kind) {
    case 'add':
      return newItem(text, end, edit.hook);
    case 'update':
      return otherItem(text, end, edit.index, edit.hook);
    case 'remove':
      return noEntry(text, steps) ?? noItem(text, end, edit.index);
  }
}

/** @param there how many keys of the list's path exist above the map */
function newKeys(text: string, map: YAMLMap, { list, hook }: Addition, there: number): Splice {
  const keys = list.slice(there);
  if (map.flow === true) return intoBrackets(map, flowKeys(keys, hook, madeAnchor(list)));
  const first = startOf(map.items[0]?.key);
  const start = aboveComments(text, first);
  return at(start, blockKeys(keys, hook, indentOf(text, first), lineBreakBefore(text, start)));
}

function newItem(text: string, list: YAMLSeq, hook: JsonObject): Splice {
  if (list.flow === true) return intoBrackets(list, flowItem(hook));
  const first = dashes(list)[0] ?? 0;
  const start = aboveComments(text, first);
  return at(start, blockItem(hook, indentOf(text, first), lineBreakBefore(text, start)));
}

/** Directly after the opening bracket. Everything that followed the bracket now follows our entry. */
function intoBrackets(collection: YAMLMap | YAMLSeq, entry: string): Splice {
  return at(startOf(collection) + 1, collection.items.length === 0 ? entry : `${entry},`);
}

function otherItem(text: string, list: YAMLSeq, index: number, hook: JsonObject): Splice {
  const item = list.items[index];
  if (list.flow === true) return { start: startOf(item), end: contentEnd(item), text: flowItem(hook) };
  const { dash, start, end } = linesOfItem(text, list, index);
  const lineBreak = lineBreakBefore(text, start);
  const fresh = blockItem(hook, indentOf(text, dash), lineBreak);
  const wasLast = end === text.length && !text.endsWith('\n');
  return { start, end, text: wasLast ? fresh.slice(0, -lineBreak.length) : fresh };
}

function noItem(text: string, list: YAMLSeq, index: number): Splice {
  const item = list.items[index];
  if (list.flow === true) return outOfBrackets(text, startOf(item), contentEnd(item));
  const { dash, start, end } = linesOfItem(text, list, index);
  // A block list without items would not be a list any more, so `[]` takes its place. With two spaces more,
  // it is below its key in every layout.
  const rest = list.items.length > 1 ? '' : `${indentOf(text, dash)}  []${lineBreakBefore(text, start)}`;
  return { start, end, text: rest };
}

/**
 * Removes the entry that was added with our hook, or the largest part of it that holds nothing else.
 * Undefined if the list existed before.
 */
function noEntry(text: string, steps: readonly Step[]): Splice | undefined {
  const made = steps.findIndex(({ pair }) => cameWithUs(text, pair));
  if (made === -1) return undefined;
  const emptied = steps.slice(made).find((_step, depth) => holdsOneThing(steps.slice(made + depth)));
  if (emptied === undefined) return undefined;
  const { map, pair } = emptied;
  const start = startOf(pair.key);
  if (map.flow === true) return outOfBrackets(text, start, contentEnd(pair));
  const first = lineStart(text, start);
  const indent = indentOf(text, start);
  const rest = map.items.length > 1 ? '' : `${indent}{}${lineBreakBefore(text, first)}`;
  return { start: first, end: behindLines(text, contentEnd(pair)), text: rest };
}

function cameWithUs(text: string, { key, value }: Pair): boolean {
  if ((isMap(value) || isSeq(value)) && isMadeAnchor(value.anchor)) return true;
  const start = isScalar(key) ? startOf(key) : 0;
  const [line = ''] = /.*/.exec(text.slice(start)) ?? [];
  return line.trimEnd().endsWith(`: ${MADE_COMMENT}`);
}

function holdsOneThing(steps: readonly Step[]): boolean {
  return steps.every(({ pair: { value } }) => (isMap(value) || isSeq(value)) && value.items.length === 1);
}

/** Includes the comma after it or, at the end, the one before it. */
function outOfBrackets(text: string, start: number, end: number): Splice {
  const [behind] = /^(?:\s|#[^\n]*\n)*,/.exec(text.slice(end)) ?? [];
  if (behind !== undefined) return { start, end: end + behind.length, text: '' };
  const [before] = /,\s*$/.exec(text.slice(0, start)) ?? [];
  return { start: start - (before?.length ?? 0), end, text: '' };
}

/** The lines of a list item in block style. A comment after its last word belongs to it. */
function linesOfItem(text: string, list: YAMLSeq, index: number) {
  const dash = dashes(list)[index];
  if (dash === undefined) throw unknownLayout('a list item has no dash');
  indentOf(text, dash);
  return { dash, start: lineStart(text, dash), end: behindLines(text, contentEnd(list.items[index])) };
}

function at(start: number, text: string): Splice {
  return { start, end: start, text };
}

import { Document, visit } from 'yaml';
import type { Json } from '../../model/json.ts';
import type { Path } from './hook-lists.ts';

/**
 * Says that a key came with a hook of ours, and goes with it. In braces, where a line has no place for a
 * comment, an anchor does.
 */
export const MADE_COMMENT = '# added by ory-zoho';
const MADE_ANCHOR = 'ory-zoho-added-';

/** The anchor for a list; each has its own, since some parsers refuse an anchor that comes twice. */
export function madeAnchor(list: Path): string {
  return MADE_ANCHOR + list.slice(2, -1).join('-');
}

/** Whether an anchor is one of those that we made. */
export function isMadeAnchor(anchor: string | undefined): boolean {
  return anchor?.startsWith(MADE_ANCHOR) === true;
}

/** Words of Ory's that no YAML parser takes for anything else. */
const PLAIN_WORDS: ReadonlySet<unknown> = new Set([
  'web_hook',
  'POST',
  'api_key',
  'X-Webhook-Secret',
  'header',
]);

/** Hooks as YAML. Texts that are not Ory's own words are quoted: a secret may look like a number. */
export function hookYaml(value: Json): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, scalar) {
      if (key === 'key' || typeof scalar.value !== 'string') return;
      scalar.type = PLAIN_WORDS.has(scalar.value) ? 'PLAIN' : 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** A list item in block style, each line with its line break. */
export function blockItem(hook: Json, indent: string, lineBreak: string): string {
  return lines(hookYaml([hook]).trimEnd().split('\n'), indent, lineBreak);
}

/** Keys within each other, the last one holding a list of one hook, in block style. */
export function blockKeys(keys: readonly string[], hook: Json, indent: string, lineBreak: string): string {
  const heads = keys.map(
    (key, depth) => `${'  '.repeat(depth)}${key}:${depth === 0 ? ` ${MADE_COMMENT}` : ''}`,
  );
  const item = blockItem(hook, indent + '  '.repeat(keys.length), lineBreak);
  return lines(heads, indent, lineBreak) + item;
}

/** A list item for brackets: JSON, with the space after a colon that older YAML parsers ask for. */
export function flowItem(hook: Json): string {
  if (Array.isArray(hook)) return `[${hook.map(flowItem).join(', ')}]`;
  if (typeof hook !== 'object' || hook === null) return JSON.stringify(hook);
  const entries = Object.entries(hook).map(([key, value]) => `${JSON.stringify(key)}: ${flowItem(value)}`);
  return `{${entries.join(', ')}}`;
}

/** Keys within each other, the last one holding a list of one hook, for braces. */
export function flowKeys([key = '', ...inner]: readonly string[], hook: Json, anchor: string): string {
  const content = inner.reduceRight((text, name) => `{${name}: ${text}}`, `[${flowItem(hook)}]`);
  return `${key}: &${anchor} ${content}`;
}

function lines(texts: readonly string[], indent: string, lineBreak: string): string {
  return texts.map((text) => indent + text + lineBreak).join('');
}

import { Document, visit } from 'yaml';
import type { Json } from '../../model/json.ts';
import type { Path } from './hook-lists.ts';

/**
 * Marks a key that was added with our hook and will be removed with it. In braces a line may have no place
 * for a comment, so an anchor is used there.
 */
export const MADE_COMMENT = '# added by ory-zoho';
const MADE_ANCHOR = 'ory-zoho-added-';

/** The anchor for a list. Each list has its own, because some parsers refuse an anchor that occurs twice. */
export function madeAnchor(list: Path): string {
  return MADE_ANCHOR + list.slice(2, -1).join('-');
}

/** Whether we made this anchor. */
export function isMadeAnchor(anchor: string | undefined): boolean {
  return anchor?.startsWith(MADE_ANCHOR) === true;
}

/** Words of Ory that every YAML parser reads as text. */
const PLAIN_WORDS: ReadonlySet<unknown> = new Set([
  'web_hook',
  'POST',
  'api_key',
  'X-Webhook-Secret',
  'header',
]);

/** Hooks as YAML. Texts other than Ory's own words are quoted, because a secret may look like a number. */
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

/** A list item in block style. Each line has its line break. */
export function blockItem(hook: Json, indent: string, lineBreak: string): string {
  return lines(hookYaml([hook]).trimEnd().split('\n'), indent, lineBreak);
}

/** Nested keys in block style. The last one holds a list of one hook. */
export function blockKeys(keys: readonly string[], hook: Json, indent: string, lineBreak: string): string {
  const heads = keys.map(
    (key, depth) => `${'  '.repeat(depth)}${key}:${depth === 0 ? ` ${MADE_COMMENT}` : ''}`,
  );
  const item = blockItem(hook, indent + '  '.repeat(keys.length), lineBreak);
  return lines(heads, indent, lineBreak) + item;
}

/** A list item in brackets: JSON, with the space after a colon that older YAML parsers need. */
export function flowItem(hook: Json): string {
  if (Array.isArray(hook)) return `[${hook.map(flowItem).join(', ')}]`;
  if (typeof hook !== 'object' || hook === null) return JSON.stringify(hook);
  const entries = Object.entries(hook).map(([key, value]) => `${JSON.stringify(key)}: ${flowItem(value)}`);
  return `{${entries.join(', ')}}`;
}

/** Nested keys in braces. The last one holds a list of one hook. */
export function flowKeys([key = '', ...inner]: readonly string[], hook: Json, anchor: string): string {
  const content = inner.reduceRight((text, name) => `{${name}: ${text}}`, `[${flowItem(hook)}]`);
  return `${key}: &${anchor} ${content}`;
}

function lines(texts: readonly string[], indent: string, lineBreak: string): string {
  return texts.map((text) => indent + text + lineBreak).join('');
}

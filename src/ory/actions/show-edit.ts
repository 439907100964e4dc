import { diffLines } from 'diff';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import type { Edit } from './edit.ts';
import { hookYaml } from './yaml-hook.ts';

/** A line of a diff, with its sign and its text. */
export interface DiffLine {
  readonly sign: '+' | '-' | ' ' | '@';
  readonly text: string;
}

/**
 * An edit as a diff. It has only our hooks, so it reveals nothing else in the configuration. It reveals no
 * secret either: values of `auth` and headers are masked, and the body is replaced by its size.
 */
export function showEdit(edit: Edit): DiffLine[] {
  const place = edit.kind === 'add' ? edit.list : [...edit.list, String(edit.index)];
  const runs = edit.kind === 'add' && edit.methods.length > 0 ? ` (runs for ${edit.methods.join(', ')})` : '';
  const before = edit.kind === 'add' ? undefined : edit.before;
  const after = edit.kind === 'remove' ? undefined : edit.hook;
  const lines = diffLines(shown(before, undefined), shown(after, before)).flatMap(
    ({ value, added, removed }) => {
      const sign = added ? '+' : removed ? '-' : ' ';
      return value
        .replace(/\n$/, '')
        .split('\n')
        .map((text): DiffLine => ({ sign, text }));
    },
  );
  return [{ sign: '@', text: `${place.join('.')}${runs}` }, ...lines];
}

/** @param earlier the same hook before, to show that a secret has changed */
function shown(hook: Json | undefined, earlier: Json | undefined): string {
  if (hook === undefined) return '';
  return hookYaml([masked(hook, earlier, [])]);
}

function masked(value: Json, earlier: Json | undefined, path: readonly string[]): Json {
  if (isJsonObject(value)) {
    const old = isJsonObject(earlier) ? earlier : {};
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, masked(inner, old[key], [...path, key])]),
    );
  }
  if (typeof value !== 'string') return value;
  if (/^config\.(auth\.config\.(value|password)|headers\..*)$/.test(path.join('.'))) {
    return earlier === undefined || earlier === value ? '***' : '*** (another one)';
  }
  if (path.join('.') === 'config.body' && value.startsWith('base64://')) {
    const decoded = Buffer.from(value.slice('base64://'.length), 'base64');
    return `base64://… (${decoded.length} bytes${earlier === undefined || earlier === value ? '' : ', another template'})`;
  }
  return value.replace(/\/\/[^/@]*@/, '//***@');
}

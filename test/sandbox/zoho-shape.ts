import type { Answer } from './calls.ts';

/** Their values are compared, not only their types. */
const WORDS: ReadonlySet<string> = new Set([
  'action',
  'api_name',
  'clause',
  'code',
  'column_name',
  'duplicate_field',
  'error',
  'error_description',
  'expected_data_type',
  'json_path',
  'maximum_length',
  'message',
  'permissions',
  'resource_path_index',
  'status',
]);

/**
 * The headers that are compared. Zoho's servers send more with every answer (`cache-control: no-store …`,
 * `content-disposition`, `server: ZGS` …), which say nothing about the answer. The sandbox lacks them.
 */
const HEADERS: readonly string[] = ['content-type', 'x-accesstoken-reset'];

/**
 * An answer as lines `where: what`: the status, the headers, each key with the type of its value, and the
 * words that Zoho's clients go by. All items of a list have the same place. An empty value (null, "", [], {})
 * has no type.
 */
export function shapeOf(
  answer: Pick<Answer, 'status' | 'json'> & Partial<Pick<Answer, 'headers'>>,
): ReadonlyMap<string, string> {
  const shape = new Map([['status', String(answer.status)]]);
  for (const name of HEADERS) {
    if (answer.headers?.[name] !== undefined) shape.set(`header ${name}`, 'string');
  }
  for (const [place, what] of placesOf('$', answer.json)) shape.set(place, what);
  return shape;
}

function* placesOf(place: string, value: unknown): Generator<readonly [string, string]> {
  if (Array.isArray(value)) {
    yield [place, value.length === 0 ? 'empty' : 'list'];
    for (const [index, item] of value.entries()) {
      yield* placesOf(isItem(item) ? `${place}[${index}]` : `${place}[]`, item);
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    yield [place, entries.length === 0 ? 'empty' : 'object'];
    for (const [key, inner] of entries) yield* placesOf(`${place}.${key}`, inner);
  } else {
    const key = place.slice(place.lastIndexOf('.') + 1);
    const empty = value === null || value === undefined || value === '';
    yield [place, WORDS.has(key) ? JSON.stringify(value) : empty ? 'empty' : typeof value];
  }
}

/** Whether it is an answer to one record, which has its own place. */
function isItem(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'code' in value;
}

/**
 * What differs, as lines: `- place: what` for what only the recording has, `+ place: what` for what only the
 * sandbox has, and `place: what, not what`.
 */
export function differences(
  recorded: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string>,
): readonly string[] {
  const both = new Set([...recorded.keys(), ...here.keys()]);
  return [...both].flatMap((place) => {
    const [real, ours] = [recorded.get(place), here.get(place)];
    if (real === ours || real === 'empty' || ours === 'empty') {
      return real === undefined ? [`+ ${place}`] : ours === undefined ? [`- ${place}`] : [];
    }
    if (ours === undefined) return [`- ${place}: ${real}`];
    if (real === undefined) return [`+ ${place}: ${ours}`];
    return [`${place}: ${ours}, not ${real}`];
  });
}

import type { Reply } from '../../call/http.ts';
import { refuse } from '../zoho-errors.ts';

/** How Zoho's errors call the types of JSON. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'jsonarray'],
  ['object', 'jsonobject'],
  ['string', 'text'],
  ['boolean', 'boolean'],
  ['integer', 'integer'],
  ['number', 'double'],
]);

/**
 * The refusal of a body, made from what the specification finds wrong with it. Recorded answers show it for a
 * body that is no object. A missing `select_query` has a sample on Zoho's page, and the rest follows these.
 */
export function bodyRefusal(operation: string, problem: string): Reply {
  const [, path = '', missing] = /^(\S*) must have required property '(\w+)'/.exec(problem) ?? [];
  if (missing !== undefined) {
    if (operation === 'coql') {
      return refuse(400, 'MANDATORY_NOT_FOUND', 'mandatory key not found', { api_name: missing });
    }
    const json_path = jsonPath(`${path === '/' ? '' : path}/${missing}`);
    return refuse(400, 'MANDATORY_NOT_FOUND', 'required field not found', { api_name: missing, json_path });
  }
  const [, where = '/', type = ''] = /^(\S*) must be (\w+)/.exec(problem) ?? [];
  const expected = TYPES.get(type);
  if (where === '/') {
    return refuse(400, 'INVALID_DATA', 'body', { expected_data_type: expected ?? 'jsonobject' });
  }
  return refuse(400, 'INVALID_DATA', 'invalid data', {
    ...(expected === undefined ? {} : { expected_data_type: expected }),
    api_name: where.split('/').findLast((part) => !/^\d*$/.test(part)) ?? '',
    json_path: jsonPath(where),
  });
}

/** `/data/0/id` is `$.data[0].id`. */
function jsonPath(path: string): string {
  return `$${path.replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.')}`;
}

import { ConfigurationError } from '../../errors.ts';
import type { WriteAnswer } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { write } from './write.ts';

export interface TagRequest {
  /** API name, such as Contacts. */
  readonly module: string;
  /** At least one name, each with at most 25 characters. Zoho creates tags that it does not have yet. */
  readonly tags: readonly string[];
  /** Record ids, at most 100. */
  readonly ids: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Adds tags to records, which keep their other tags (Zoho CRM API, "Add Tags to Records"). They go in the
 * query in v2, and in a JSON body since v3. Needs the module scope, `ALL` or `WRITE`; the OpenAPI description
 * of v8 names ZohoCRM.settings.tags.ALL instead. 1 credit for 50. Zoho does not document that the answer
 * keeps the order of the ids. If it does not, the answer is `wrong_length`. It does no harm to add a tag
 * twice.
 * @throws RangeError for more than 100 ids, ConfigurationError for a tag that API v2 cannot express
 */
export function addTags(caller: Caller, request: TagRequest): Promise<WriteAnswer> {
  return tag(caller, request, 'add_tags', { over_write: false });
}

/**
 * Removes tags from records, by name (Zoho CRM API, "Remove Tags from Records"). Otherwise like `addTags`.
 */
export function removeTags(caller: Caller, request: TagRequest): Promise<WriteAnswer> {
  return tag(caller, request, 'remove_tags', {});
}

async function tag(
  caller: Caller,
  { module, tags, ids, signal }: TagRequest,
  action: 'add_tags' | 'remove_tags',
  options: { readonly over_write?: false },
): Promise<WriteAnswer> {
  const path = `${apiName(module)}/actions/${action}`;
  const records = ids.map((id) => ({ id }));
  const call = { operation: 'tag', method: 'POST', records, signal } as const;
  if (caller.version > 2) {
    const body = { tags: tags.map((name) => ({ name })), ids, ...options };
    return write(caller, { ...call, path, body });
  }
  const query = new URLSearchParams({ ids: ids.join(','), tag_names: commaSeparated(tags) });
  if (options.over_write !== undefined) query.set('over_write', 'false');
  return write(caller, { ...call, path: `${path}?${query.toString()}` });
}

function commaSeparated(tags: readonly string[]): string {
  const withComma = tags.find((name) => name.includes(','));
  if (withComma === undefined) return tags.join(',');
  throw new ConfigurationError('zoho_tag', `API v2 of Zoho takes no tag with a comma: ${withComma}`, {
    hint: 'Name the tag without a comma, or end ZOHO_API_BASE_URL with /crm/v8.',
  });
}

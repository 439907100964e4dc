import type { CompiledMapping } from '../../../mapping/compile.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import type { LookUpAnswer } from '../../../zoho/calls/look-ups.ts';
import type { LookUpKeys } from '../../../zoho/calls/coql-query.ts';

interface Asking {
  readonly zoho: Pick<ZohoClient, 'lookUp'>;
  readonly mapping: Pick<CompiledMapping, 'module' | 'fieldNames'>;
  readonly oryIdField: string | null;
  readonly signal: AbortSignal;
}

/**
 * Looks up the contacts with these keys in Zoho, with their mapped fields. A null field is empty in Zoho. A
 * missing field could not be read and may have any value.
 */
export async function findContacts(
  { zoho, mapping, oryIdField, signal }: Asking,
  keys: Omit<LookUpKeys, 'oryIdField'>,
): Promise<LookUpAnswer> {
  const { module, fieldNames } = mapping;
  const request = { module, ...keys, ...(oryIdField !== null && { oryIdField }), signal };
  const answer = await zoho.lookUp({ ...request, select: fieldNames });
  // COQL may not be able to select a mapped field. It can always select the keys.
  if (answer.kind === 'refused') return zoho.lookUp({ ...request, select: [] });
  if (answer.kind !== 'found') return answer;
  const empty = Object.fromEntries(fieldNames.map((name) => [name, null]));
  const contacts = answer.contacts.map(({ id, fields }) => ({ id, fields: { ...empty, ...fields } }));
  return { ...answer, contacts };
}

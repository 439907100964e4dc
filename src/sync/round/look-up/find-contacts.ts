import type { CompiledMapping } from '../../../mapping/compile.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import type { LookUpAnswer } from '../../../zoho/calls/coql.ts';
import type { LookUpKeys } from '../../../zoho/calls/coql-query.ts';

interface Asking {
  readonly zoho: Pick<ZohoClient, 'lookUp'>;
  readonly mapping: Pick<CompiledMapping, 'module' | 'fieldNames'>;
  readonly oryIdField: string | null;
  readonly signal: AbortSignal;
}

/**
 * Asks Zoho for the contacts under these keys, with their mapped fields. A field that is null is empty in Zoho; one
 * that is not there could not be read, and may hold anything.
 */
export async function findContacts(
  { zoho, mapping, oryIdField, signal }: Asking,
  keys: Omit<LookUpKeys, 'oryIdField'>,
): Promise<LookUpAnswer> {
  const { module, fieldNames } = mapping;
  const request = { module, ...keys, ...(oryIdField !== null && { oryIdField }), signal };
  const answer = await zoho.lookUp({ ...request, select: fieldNames });
  // A mapped field may be one that COQL cannot select; the keys always can be.
  if (answer.kind === 'refused') return zoho.lookUp({ ...request, select: [] });
  if (answer.kind !== 'found') return answer;
  const empty = Object.fromEntries(fieldNames.map((name) => [name, null]));
  const contacts = answer.contacts.map(({ id, fields }) => ({ id, fields: { ...empty, ...fields } }));
  return { kind: 'found', contacts };
}

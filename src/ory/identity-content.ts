import type { Identity } from '../model/identity.ts';
import { canonicalJson, isJsonObject } from '../model/json.ts';
import type { Json } from '../model/json.ts';

/**
 * What two snapshots of one version are compared by (rule 4): the canonical JSON of the identity's keys. Not in it:
 * - its times, but for that of a sign-in, which goes into the contact: they are the version's business, and a new password moves `updated_at` though nothing a contact is made of changed;
 * - of each address everything but value, via and verified: status and times change with every mail sent, and the
 *   id is the row in Ory's database, which an admin update makes anew for the same address;
 * - keys that are null: Ory writes the same nothing as null or not at all, depending on key and release.
 *
 * The order of the addresses stays: a mapping may take the first one.
 */
export function contentText(identity: Identity): string {
  const {
    created_at: _created,
    updated_at: _updated,
    verifiable_addresses,
    recovery_addresses,
    ...rest
  } = identity;
  const content: Record<string, Json> = {};
  for (const [key, value] of Object.entries(rest)) if (value !== null) content[key] = value;
  addAddresses(content, 'verifiable_addresses', verifiable_addresses);
  addAddresses(content, 'recovery_addresses', recovery_addresses);
  return canonicalJson(content);
}

function addAddresses(content: Record<string, Json>, key: string, addresses: Json | undefined): void {
  if (addresses === undefined || addresses === null) return;
  content[key] = Array.isArray(addresses) ? addresses.map(essence) : addresses;
}

function essence(address: Json): Json {
  if (!isJsonObject(address)) return address;
  const { value = null, via = null, verified = null } = address;
  return { value, via, verified };
}

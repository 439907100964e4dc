import { IDENTITY_KEYS } from '../../model/identity.ts';
import type { Identity } from '../../model/identity.ts';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/**
 * The text by which two snapshots of one version are compared (rule 4). It is the canonical JSON of the
 * identity's keys, without these:
 * - its times, except the one of a sign-in, which goes into the contact. Times belong to the version, and a
 *   new
 *   password moves `updated_at` although no data of a contact has changed.
 * - everything in an address except value, via and verified. Status and times change with every mail sent.
 *   The id
 *   is the row in Ory's database, and an admin update creates a new one for the same address.
 * - keys that are null. Depending on key and release, Ory writes a missing value as null or not at all.
 *
 * The order of the addresses stays, because a mapping may take the first one.
 */
export function contentText(identity: Identity): string {
  return textOf(identity, ({ value = null, via = null, verified = null }) => ({ value, verified, via }));
}

/**
 * The content without the parts that change by themselves: which addresses are verified, and the last
 * sign-in, which only login webhooks have. If it differs, the user or an administrator has changed the
 * identity.
 */
export function profileText(identity: Identity): string {
  const { signed_in_at: _signedIn, ...rest } = identity;
  return textOf(rest, ({ value = null, via = null }) => ({ value, via }));
}

/** The values of the addresses that can be verified. Their order does not matter. */
export function addressesText({ verifiable_addresses }: Identity): string {
  const addresses = Array.isArray(verifiable_addresses) ? verifiable_addresses : [];
  const values = addresses.map((address) => (isJsonObject(address) ? (address.value ?? null) : address));
  return JSON.stringify(values.map((value) => canonicalJson(value)).toSorted());
}

/** In the order of canonical JSON. */
const CONTENT_KEYS = IDENTITY_KEYS.filter((key) => key !== 'created_at' && key !== 'updated_at').toSorted();

/**
 * The canonical JSON, key by key. A scan does this for every identity, so keys that are already in order must
 * not be sorted again.
 */
function textOf(identity: Identity, essence: (address: JsonObject) => Json): string {
  let members = '';
  for (const key of CONTENT_KEYS) {
    const value = identity[key];
    if (value === undefined || value === null) continue;
    const isAddresses = key === 'verifiable_addresses' || key === 'recovery_addresses';
    members += `,"${key}":${canonicalJson(isAddresses ? essencesOf(value, essence) : value)}`;
  }
  return `{${members.slice(1)}}`;
}

function essencesOf(addresses: Json, essence: (address: JsonObject) => Json): Json {
  if (!Array.isArray(addresses)) return addresses;
  return addresses.map((address) => (isJsonObject(address) ? essence(address) : address));
}

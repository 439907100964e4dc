import { IDENTITY_KEYS } from '../../model/identity.ts';
import type { Identity } from '../../model/identity.ts';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/**
 * What two snapshots of one version are compared by (rule 4): the canonical JSON of the identity's keys. Not
 * in it:
 * - its times, but for that of a sign-in, which goes into the contact: they are the version's business, and a
 *   new password moves `updated_at` though nothing a contact is made of changed;
 * - of each address everything but value, via and verified: status and times change with every mail sent, and the
 *   id is the row in Ory's database, which an admin update makes anew for the same address;
 * - keys that are null: Ory writes the same nothing as null or not at all, depending on key and release.
 *
 * The order of the addresses stays: a mapping may take the first one.
 */
export function contentText(identity: Identity): string {
  return textOf(identity, ({ value = null, via = null, verified = null }) => ({ value, verified, via }));
}

/**
 * The content without what comes and goes by itself: which addresses are verified, and the last sign-in,
 * which only login webhooks tell. Where it differs, the user or an administrator has changed the identity.
 */
export function profileText(identity: Identity): string {
  const { signed_in_at: _signedIn, ...rest } = identity;
  return textOf(rest, ({ value = null, via = null }) => ({ value, via }));
}

/** The values of the addresses that can be verified, in no order. */
export function addressesText({ verifiable_addresses }: Identity): string {
  const addresses = Array.isArray(verifiable_addresses) ? verifiable_addresses : [];
  const values = addresses.map((address) => (isJsonObject(address) ? (address.value ?? null) : address));
  return JSON.stringify(values.map((value) => canonicalJson(value)).toSorted());
}

/** In the order of canonical JSON. */
const CONTENT_KEYS = IDENTITY_KEYS.filter((key) => key !== 'created_at' && key !== 'updated_at').toSorted();

/**
 * The canonical JSON, key by key: a scan does this for every identity, and must not sort what is in order.
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

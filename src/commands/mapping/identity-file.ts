import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ConfigurationError, messageOf } from '../../errors.ts';
import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import { textOfBytes } from '../../model/text-bytes.ts';
import { parseIdentity } from '../../ory/identity/identity.ts';

/** Used if the file has no id, because a preview needs none. */
const NO_ID = '00000000-0000-4000-8000-000000000000';

const HINT =
  'Give an identity as Ory\'s admin API returns it, such as {"traits":{"email":"ann@example.org"}}.';

/**
 * Reads an identity from a file, to try a mapping without Ory. It has the form of the admin API; traits alone
 * are enough.
 * @param path `-` for stdin
 * @throws ConfigurationError if the file cannot be read or is not JSON or not an identity
 */
export async function identityFromFile(path: string): Promise<Identity> {
  const name = path === '-' ? 'stdin' : path;
  const json = parse(await read(path, name), name);
  if (!isJsonObject(json)) throw noIdentity(`${name} is not a JSON object.`);
  const identity = parseIdentity({ id: NO_ID, ...json });
  if (identity === undefined) throw noIdentity(`The id of the identity in ${name} is not a UUID.`);
  // Without times it would count as a hint, which clears no fields and leaves `verified` unknown.
  return { updated_at: new Date().toISOString(), ...identity };
}

async function read(path: string, name: string): Promise<string> {
  let bytes;
  try {
    bytes = path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (cause) {
    throw noIdentity(`${name} cannot be read: ${messageOf(cause)}`, cause);
  }
  const text = textOfBytes(bytes);
  if (text === undefined) throw noIdentity(`${name} is not UTF-8 text.`);
  return text;
}

function parse(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw noIdentity(`${name} is not JSON: ${messageOf(cause)}`, cause);
  }
}

function noIdentity(message: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError('bad_identity', message, { hint: HINT, cause });
}

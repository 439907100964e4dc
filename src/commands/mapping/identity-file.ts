import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ConfigurationError, messageOf } from '../../errors.ts';
import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import { textOfBytes } from '../../model/text-bytes.ts';
import { parseIdentity } from '../../ory/identity/identity.ts';

/** Stands in where the file has no id: previews need none. */
const NO_ID = '00000000-0000-4000-8000-000000000000';

const HINT =
  'Give an identity as Ory\'s admin API answers it, such as {"traits":{"email":"ann@example.org"}}.';

/**
 * An identity out of a file, to try a mapping without Ory: as the admin API answers it; traits alone will do.
 * @param path `-` for stdin
 * @throws ConfigurationError for what cannot be read, is no JSON or no identity
 */
export async function identityFromFile(path: string): Promise<Identity> {
  const name = path === '-' ? 'stdin' : path;
  const json = parse(await read(path, name), name);
  if (!isJsonObject(json)) throw noIdentity(`${name} holds no JSON object.`);
  const identity = parseIdentity({ id: NO_ID, ...json });
  if (identity === undefined) throw noIdentity(`The id of the identity in ${name} is no UUID.`);
  // Without the times it would count as a hint, which clears nothing and tells no `verified`.
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
  if (text === undefined) throw noIdentity(`${name} is not a text in UTF-8.`);
  return text;
}

function parse(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw noIdentity(`${name} is no JSON: ${messageOf(cause)}`, cause);
  }
}

function noIdentity(message: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError('bad_identity', message, { hint: HINT, cause });
}

import type { Reply } from '../../call/http.ts';
import { oryError } from '../ory-errors.ts';
import type { IdentitySchema } from './presets.ts';

/**
 * `GET /schemas` and `GET /schemas/{id}`, which are public and need no key. An id may be Base64, as in
 * `schema_url` of an identity.
 * @param rest the path behind `/schemas`
 */
export function schemasReply(schemas: readonly IdentitySchema[], rest: string): Reply {
  if (rest === '' || rest === '/') return { status: 200, json: schemas };
  const id = decodeURIComponent(rest.slice(1));
  const found = schemas.find((one) => one.id === id || Buffer.from(one.id).toString('base64url') === id);
  return found === undefined ? oryError(404) : { status: 200, json: found.schema };
}

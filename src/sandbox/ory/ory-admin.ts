import type { Reply, SandboxRequest } from '../call/http.ts';
import type { Operation, OperationName } from '../call/operation.ts';
import { plainOperation } from '../call/operation.ts';
import { oryError } from './ory-errors.ts';
import type { OryIdentity } from './ory-identity.ts';
import { credentialsJson, identityJson } from './ory-identity.ts';
import { listIdentities } from './ory-list.ts';
import type { OryBucket } from './ory-rate-limit.ts';
import { createIdentities, createIdentity, patchIdentity, replaceIdentity } from './ory-writes.ts';
import type { OrySettings } from './ory-settings.ts';
import type { OryWorld } from './ory-world.ts';

const COLLECTION = '/admin/identities';
const VERSION = '/admin/version';

/** The admin API of Ory Kratos as Ory Network serves it: everything under `/admin/`. */
export function oryOperation(request: SandboxRequest, world: OryWorld): Operation {
  const { method, path } = request;
  const rest = path.startsWith(`${COLLECTION}/`)
    ? decodeURIComponent(path.slice(COLLECTION.length + 1))
    : undefined;
  const lists = path !== VERSION && (rest === undefined || rest.startsWith('by/external/'));
  const name: OperationName = method !== 'GET' ? 'ory_write' : lists ? 'ory_list' : 'ory_get';
  const bucket: OryBucket = method !== 'GET' ? 'low' : lists ? 'medium' : 'high';
  return plainOperation(name, () => {
    const { oryRateLimit, oryApiKey, settings } = world;
    if (settings.oryAuth && request.headers.authorization !== `Bearer ${oryApiKey}`) {
      return oryError(401, 'Access credentials are invalid');
    }
    const { headers, limited } = oryRateLimit.take(bucket, world.clock());
    const reply = limited
      ? oryError(429)
      : path === VERSION
        ? version(settings)
        : rest === undefined
          ? collection(request, world)
          : single(request, rest, world);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  });
}

/** `GET /admin/version` of a self-hosted Kratos (Ory API reference, getVersion). */
function version({ oryVersion }: OrySettings): Reply {
  return oryVersion === undefined ? oryError(404) : { status: 200, json: { version: oryVersion } };
}

function collection({ method, path, query, body }: SandboxRequest, { identities }: OryWorld): Reply {
  if (path !== COLLECTION) return oryError(404);
  switch (method) {
    case 'GET':
      return listIdentities(identities, query);
    case 'POST':
      return createIdentity(identities, body);
    case 'PATCH':
      return createIdentities(identities, body);
    default:
      return oryError(405);
  }
}

function single({ method, body }: SandboxRequest, rest: string, { identities }: OryWorld): Reply {
  const [, externalId] = /^by\/external\/(.+)$/.exec(rest) ?? [];
  const identity = externalId === undefined ? identities.get(rest) : identities.byExternalId(externalId);
  if (identity === undefined) return oryError(404);
  switch (method) {
    case 'GET':
      return { status: 200, json: withCredentials(identity) };
    case 'PATCH':
      return patchIdentity(identities, identity, body);
    case 'PUT':
      return replaceIdentity(identities, identity, body);
    case 'DELETE':
      identities.delete(identity);
      return { status: 204 };
    default:
      return oryError(405);
  }
}

function withCredentials(identity: OryIdentity): unknown {
  return { ...identityJson(identity, 'admin'), credentials: credentialsJson(identity) };
}

import type { Reply, SandboxRequest } from '../call/http.ts';
import type { Operation, OperationName } from '../call/operation.ts';
import { plainOperation } from '../call/operation.ts';
import { goJson } from './go-json.ts';
import { oryError } from './ory-errors.ts';
import type { OryBucket } from './ory-rate-limit.ts';
import { noRoute, PUBLIC, routeOf } from './ory-routes.ts';
import type { OryBehaviour } from './ory-versions.ts';
import { oryBehaviour } from './ory-versions.ts';
import type { OryWorld } from './ory-world.ts';

const OUTSIDE_ADMIN = /^\/(schemas|health|version)(\/|$)/;

/** Whether a path belongs to Ory's admin API, or to what Ory serves to everyone beside it. */
export function isOryPath(path: string): boolean {
  return path.startsWith('/admin/') || path.startsWith(`${PUBLIC}/`) || OUTSIDE_ADMIN.test(path);
}

/** The admin API of Ory Kratos: of Ory Network, or of the self-hosted version in the settings. */
export function oryOperation(request: SandboxRequest, world: OryWorld): Operation {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const lists = /^\/(admin\/)?(identities\/?$|identities\/by\/|schemas)|^\/public/.test(request.path);
  const name: OperationName = !reads ? 'ory_write' : lists ? 'ory_list' : 'ory_get';
  const bucket: OryBucket = !reads ? 'low' : lists ? 'medium' : 'high';
  return plainOperation(name, () => {
    const { oryRateLimit, oryApiKey, settings } = world;
    const behaviour = oryBehaviour(settings.oryVersion);
    const isAdmin = request.path.startsWith('/admin/');
    const needsKey = isAdmin && settings.oryAuth && !behaviour.selfHosted;
    if (needsKey && request.headers.authorization !== `Bearer ${oryApiKey}`) {
      return asGo(oryError(401, 'Access credentials are invalid'), request, behaviour, true);
    }
    if (!isAdmin) return answer(request, world, behaviour);
    const { headers, limited } = oryRateLimit.take(bucket, world.clock());
    const reply = limited ? asGo(oryError(429), request, behaviour, true) : answer(request, world, behaviour);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  });
}

function answer(request: SandboxRequest, world: OryWorld, behaviour: OryBehaviour): Reply {
  const route = routeOf(request, world, behaviour);
  const run = route?.[request.method === 'HEAD' ? 'GET' : request.method];
  const isOfRoute = run !== undefined && request.path.startsWith('/admin/');
  return asGo(run === undefined ? noRoute(route) : run(), request, behaviour, isOfRoute);
}

/** The answer with the bytes and headers that Kratos' own writer gives it (ory/herodot). */
function asGo(
  reply: Reply,
  { method }: SandboxRequest,
  { noCache }: OryBehaviour,
  isOfRoute: boolean,
): Reply {
  const isFresh = noCache === 'routes' ? isOfRoute : method === 'GET';
  const isError = reply.json !== undefined && reply.status >= 400;
  return {
    ...reply,
    headers: {
      ...(isFresh ? { 'cache-control': 'private, no-cache, no-store, must-revalidate' } : {}),
      ...(isError ? { 'ory-error-id': '' } : {}),
      ...reply.headers,
    },
    ...(reply.json === undefined
      ? {}
      : {
          body: goJson(reply.json),
          contentType: isError ? 'application/json' : 'application/json; charset=utf-8',
        }),
  };
}

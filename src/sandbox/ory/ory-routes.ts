import type { Reply, SandboxRequest } from '../call/http.ts';
import { oryError, plainError } from './ory-errors.ts';
import type { OryIdentity } from './ory-identity.ts';
import { credentialsJson, identityJson } from './ory-identity.ts';
import { listIdentities, wrongCredential } from './ory-list.ts';
import { offsetPage } from './ory-offset-page.ts';
import { patchIdentity } from './ory-patch.ts';
import type { OryBehaviour } from './ory-versions.ts';
import type { OryWorld } from './ory-world.ts';
import { createIdentities, createIdentity, replaceIdentity } from './ory-writes.ts';
import { schemasReply } from './schemas/schema-routes.ts';

/** Where the public address of a self-hosted Kratos is. A real one has another port. */
export const PUBLIC = '/public';

/** A route and its methods. Each method is answered when it is called. */
export type Route = Readonly<Record<string, () => Reply>>;

/** The route that a path of the admin address leads to. Undefined if there is none. */
export function routeOf(
  request: SandboxRequest,
  world: OryWorld,
  behaviour: OryBehaviour,
): Route | undefined {
  const { path, query } = request;
  const within = /^\/admin(\/.*)$/.exec(path)?.[1];
  if (within === undefined) return outsideAdmin(request, world, behaviour);
  const list = within === '/identities' || (behaviour.listsAtSlash && within === '/identities/');
  if (list) return collection(request, world, behaviour);
  const [, externalId] = /^\/identities\/by\/external\/([^/]+)$/.exec(within) ?? [];
  if (externalId !== undefined && behaviour.externalIds) {
    const found = world.identities.byExternalId(decodeURIComponent(externalId));
    return { GET: () => shown(found, query, behaviour) };
  }
  const [, id] = /^\/identities\/([^/]+)$/.exec(within) ?? [];
  if (id !== undefined) return single(request, decodeURIComponent(id), world, behaviour);
  if (/^\/schemas(\/|$)/.test(within)) {
    const base = behaviour.selfHosted ? `${world.url()}${PUBLIC}` : world.url();
    return { GET: () => redirect(`${base}${within}`, query) };
  }
  return behaviour.selfHosted ? service(within, world) : undefined;
}

/** Ory Network serves admin and public API at one address. Of a Kratos, only some paths are outside `/admin`. */
function outsideAdmin(
  { path, query }: SandboxRequest,
  world: OryWorld,
  behaviour: OryBehaviour,
): Route | undefined {
  const { selfHosted, outsideAdmin: does } = behaviour;
  const publicPath = selfHosted ? `${PUBLIC}/schemas` : '/schemas';
  if (path === publicPath || path.startsWith(`${publicPath}/`)) {
    return { GET: () => schemasReply(world.settings.orySchemas, path.slice(publicPath.length)) };
  }
  if (!selfHosted) return undefined;
  const isSchemas = /^\/schemas(\/|$)/.test(path);
  const route = isSchemas ? {} : service(path, world);
  if (route === undefined) return undefined;
  if (does === 'redirects') return { GET: () => redirect(`/admin${path}`, query) };
  return isSchemas ? { GET: () => redirect(`${world.url()}${PUBLIC}${path}`, query) } : route;
}

/** What Kratos says about itself (Ory API, isAlive, isReady, getVersion). */
function service(path: string, { settings }: OryWorld): Route | undefined {
  if (path === '/health/alive' || path === '/health/ready') {
    return { GET: () => ({ status: 200, json: { status: 'ok' } }) };
  }
  const { oryVersion = '' } = settings;
  return path === '/version' ? { GET: () => ({ status: 200, json: { version: oryVersion } }) } : undefined;
}

function collection(
  { path, query, body }: SandboxRequest,
  { identities, url }: OryWorld,
  behaviour: OryBehaviour,
): Route {
  return {
    GET: () =>
      behaviour.pages === 'by_id'
        ? listIdentities(identities, query, path, behaviour)
        : offsetPage(identities, query, url(), behaviour),
    POST: () => createIdentity(identities, body, url(), behaviour),
    PATCH: () => createIdentities(identities, body, behaviour),
  };
}

function single(
  { query, body }: SandboxRequest,
  id: string,
  { identities }: OryWorld,
  behaviour: OryBehaviour,
): Route {
  const identity = identities.get(id.toLowerCase());
  const known = (answer: (one: OryIdentity) => Reply) => (): Reply =>
    identity === undefined ? oryError(404) : answer(identity);
  return {
    GET: () => shown(identity, query, behaviour),
    PATCH: known((one) => patchIdentity(identities, one, body, behaviour)),
    PUT: known((one) => replaceIdentity(identities, one, body, behaviour)),
    DELETE: known((one) => {
      identities.delete(one);
      return { status: 204 };
    }),
  };
}

function shown(identity: OryIdentity | undefined, query: URLSearchParams, behaviour: OryBehaviour): Reply {
  const wrong = wrongCredential(query);
  if (wrong !== undefined) return wrong;
  if (identity === undefined) return oryError(404);
  const credentials = credentialsJson(identity, behaviour, query.getAll('include_credential'));
  return { status: 200, json: identityJson(identity, 'read', credentials) };
}

function redirect(to: string, query: URLSearchParams): Reply {
  const location = query.size === 0 ? to : `${to}?${query.toString()}`;
  return {
    status: 307,
    headers: { location },
    contentType: 'text/html; charset=utf-8',
    body: `<a href="${location.replaceAll('&', '&amp;')}">Temporary Redirect</a>.\n\n`,
  };
}

/** The answer of Go's router where a path or a method is unknown. */
export function noRoute(route: Route | undefined): Reply {
  return route === undefined
    ? plainError(404, '404 page not found')
    : plainError(405, 'Method Not Allowed', Object.keys(route));
}

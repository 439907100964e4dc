import type { ApiVersion } from '../api-version.ts';
import { apiVersion, NEWEST_VERSION } from '../api-version.ts';
import { runCoql } from '../coql/coql.ts';
import { coqlCredits, readCoql } from '../coql/coql-check.ts';
import type { AccessToken } from '../accounts.ts';
import { coqlBodySchema, readBody, refuseBody } from './crm-bodies.ts';
import type { CrmRoute } from './crm-route.ts';
import { moduleRoute } from './crm-module-routes.ts';
import { createFields, createFieldsBodySchema, listFields } from './fields-routes.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import type { Admission, Operation } from '../../call/operation.ts';
import { getModules } from './modules-routes.ts';
import { countRoute } from './search-routes.ts';
import type { RecordStore } from '../records/record-store.ts';
import { getOrg, getUsers } from './org-routes.ts';
import { allows } from './scopes.ts';
import { tagRoute } from './tag-routes.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import {
  authenticationFailure,
  invalidMethod,
  invalidModule,
  invalidToken,
  invalidUrl,
  otherDataCenter,
  refuse,
  scopeMismatch,
  tooMany,
} from '../zoho-errors.ts';
import { zohoTime } from '../zoho-time.ts';

/** Everything under `/crm/`, in all versions. */
export function crmOperation(request: SandboxRequest, world: ZohoWorld): Operation {
  const [, name = '', rest] = /^\/crm\/(v[\d.]+)\/(.+)$/.exec(request.path) ?? [];
  const known = apiVersion(name);
  const version = known ?? NEWEST_VERSION;
  const route: CrmRoute =
    rest === undefined || known === undefined
      ? unknown(invalidUrl)
      : (routeOf(request, rest, version, world) ?? unknown(invalidMethod));
  const token = tokenOf(request, world);
  const headers = (): Record<string, string> => ({
    ...world.limits.headers(),
    ...(typeof token === 'string' ? {} : { 'X-ACCESSTOKEN-RESET': zohoTime(token.expiresAt) }),
  });
  return {
    name: route.name,
    records: route.records ?? 0,
    crm: true,
    tooMany: (kind) => tooMany(kind, version),
    admit: () => admit(route, token, version, world, headers),
    run: (refuseField) => withHeaders(route.run(refuseField), headers()),
  };
}

const unknown = (run: () => Reply): CrmRoute => ({ name: 'unknown', run });

function withHeaders(reply: Reply, headers: Record<string, string>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function admit(
  route: CrmRoute,
  token: AccessToken | 'none' | 'invalid',
  version: ApiVersion,
  world: ZohoWorld,
  headers: () => Record<string, string>,
): Admission {
  if (token === 'none') return { refused: authenticationFailure() };
  if (token === 'invalid') return { refused: invalidToken() };
  if (world.settings.otherDataCenter) return { refused: otherDataCenter(version) };
  if (!allows(token.scopes, route.name, route.module)) return { refused: scopeMismatch() };
  const leave = world.limits.enter(route.big ?? false, route.credits ?? 1);
  return typeof leave === 'string' ? { refused: withHeaders(tooMany(leave, version), headers()) } : { leave };
}

/** Only the scheme `Zoho-oauthtoken` is accepted, whatever `token_type` the token answer had. */
function tokenOf(
  { headers }: SandboxRequest,
  { accounts, clock }: ZohoWorld,
): AccessToken | 'none' | 'invalid' {
  const [, value] = /^Zoho-oauthtoken (\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (value === undefined) return 'none';
  return accounts.accessToken(value, clock()) ?? 'invalid';
}

/** Undefined if the path exists, but not with this method. */
function routeOf(
  request: SandboxRequest,
  rest: string,
  version: ApiVersion,
  world: ZohoWorld,
): CrmRoute | undefined {
  const { method } = request;
  const [first, second, ...more] = rest.split('/').map(decodeURIComponent);
  if (rest === 'coql') return method === 'POST' ? coqlRoute(request, version, world) : undefined;
  if (rest === 'org')
    return method === 'GET' ? { name: 'org', run: () => getOrg(world.settings) } : undefined;
  if (rest === 'users') return method === 'GET' ? { name: 'users', run: getUsers } : undefined;
  if (rest === 'settings/fields') return fieldsRoute(request, version, world);
  if (first === 'settings' && second === 'modules' && more.length < 2) {
    return method === 'GET' ? { name: 'modules', run: () => getModules(more[0]) } : undefined;
  }
  if (first === undefined || first === 'settings') return unknown(invalidUrl);
  const store = world.stores.get(first);
  if (store === undefined) return unknown(invalidModule);
  const [action, ...others] =
    second === 'actions' ? more : more.slice(more[0] === 'actions' ? 1 : more.length);
  if (action !== undefined) {
    const id = second === 'actions' ? undefined : second;
    if (others.length > 0) return unknown(invalidUrl);
    return actionRoute(action, id, request, store, version, world);
  }
  return more.length > 0 ? unknown(invalidUrl) : moduleRoute(request, store, second, version, world);
}

/** `/{module}/actions/{action}` and `/{module}/{id}/actions/{action}`. */
function actionRoute(
  action: string,
  id: string | undefined,
  request: SandboxRequest,
  store: RecordStore,
  version: ApiVersion,
  world: ZohoWorld,
): CrmRoute | undefined {
  if (action === 'count' && id === undefined) {
    return request.method === 'GET' ? countRoute(store, request.query, world) : undefined;
  }
  if (action !== 'add_tags' && action !== 'remove_tags') return unknown(invalidUrl);
  return request.method === 'POST' ? tagRoute(action, id, request, store, version, world) : undefined;
}

function coqlRoute(request: SandboxRequest, version: ApiVersion, world: ZohoWorld): CrmRoute {
  const read = readBody(request, world, ['coql', 'Body_Wrapper'], coqlBodySchema);
  if (!('body' in read)) {
    return { name: 'coql', big: true, run: () => refuseBody('coql', request, world, read.problems) };
  }
  const { settings, stores } = world;
  const coql = readCoql(read.body.select_query, (module) => stores.get(module), settings);
  if ('refused' in coql) return { name: 'coql', big: true, run: () => coql.refused };
  const { query, store } = coql;
  const credits = coqlCredits(query);
  const run = (): Reply => runCoql(query, store, version, settings);
  return { name: 'coql', module: store.module, credits, big: true, run };
}

function fieldsRoute(request: SandboxRequest, version: ApiVersion, world: ZohoWorld): CrmRoute | undefined {
  const name = request.method === 'GET' ? 'fields' : 'create_field';
  if (request.method !== 'GET' && (request.method !== 'POST' || !version.createsFields)) return undefined;
  const module = request.query.get('module');
  if (module === null) {
    const message = 'One of the expected parameter is missing';
    return { name, run: () => refuse(400, 'REQUIRED_PARAM_MISSING', message, { param_name: 'module' }) };
  }
  const store = world.stores.get(module);
  if (store === undefined) return { name, run: invalidModule };
  if (name === 'fields') return { name, run: () => listFields(store.fields, version) };
  const read = readBody(request, world, ['fields', 'wrapper'], createFieldsBodySchema);
  return {
    name,
    credits: 10,
    run: () =>
      'body' in read
        ? createFields(store.fields, read.body)
        : refuseBody(name, request, world, read.problems),
  };
}

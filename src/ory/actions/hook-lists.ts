import { ConfigurationError } from '../../errors.ts';
import type { Event } from '../../model/event.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/** A place in Ory's identity configuration, as a list of keys. */
export type Path = readonly string[];

/** A list of hooks that runs for some identities. */
export interface RunningList {
  readonly path: Path;
  readonly event: Event;
  /** The methods that run it. Empty if the flow has one list for all. */
  readonly methods: readonly string[];
}

/** A list of hooks in the configuration, whether or not it runs. */
export interface HookList {
  readonly path: Path;
  readonly hooks: readonly Json[];
}

const FLOWS: Path = ['selfservice', 'flows'];

/** All methods of signing up in Ory Kratos. Ory Network also has `saml`. */
const SIGN_UP_METHODS = ['password', 'oidc', 'code', 'webauthn', 'passkey'] as const;

/** The lists for our hooks if every method is on and has its own list. */
export const ALL_LISTS: readonly RunningList[] = [
  ...SIGN_UP_METHODS.map((method) => ownList('registration', method)),
  ownList('settings', 'profile'),
  { path: [...FLOWS, 'verification', 'after', 'hooks'], event: 'verification', methods: [] },
];

/**
 * The same lists and those of logins. They are needed if the mapping uses the last sign-in, because only
 * hooks after a login report it.
 */
export const ALL_LISTS_AND_LOGINS: readonly RunningList[] = [
  ...ALL_LISTS,
  ...SIGN_UP_METHODS.map((method) => ownList('login', method)),
];

/**
 * The lists that run after a sign-up, a changed profile and a verification, for the methods that are on, and
 * after logins that report something. A method runs its own list. If that is empty, it runs the list of the
 * flow. Ory never merges them. Only `profile` of the settings methods changes traits. Methods that an
 * environment variable of Kratos switches on are not seen here.
 * @param signIns the mapping uses the last sign-in, which every login reports
 */
export function runningLists(config: JsonObject, signIns: boolean): RunningList[] {
  const running = new Map<string, RunningList>();
  const methods: [Event, string][] = [
    ...(isOn(config, [...FLOWS, 'registration', 'enabled'], true) ? signInMethods(config) : []).map(
      (method): [Event, string] => ['registration', method],
    ),
    ...(signIns ? signInMethods(config) : updatingMethods(config)).map((method): [Event, string] => [
      'login',
      method,
    ]),
    ...(isOn(config, ['selfservice', 'methods', 'profile', 'enabled'], true)
      ? [['settings', 'profile'] satisfies [Event, string]]
      : []),
  ];
  for (const [flow, method] of methods) {
    const list = listThatRuns(config, flow, method);
    const key = list.path.join('/');
    running.set(key, { ...list, methods: [...(running.get(key)?.methods ?? []), method] });
  }
  const verification = isOn(config, [...FLOWS, 'verification', 'enabled'], false);
  return [...running.values(), ...ALL_LISTS.filter(({ event }) => verification && event === 'verification')];
}

/** All lists of hooks of all flows, before and after. */
export function hookLists(config: JsonObject): HookList[] {
  return Object.entries(mapAt(config, FLOWS)).flatMap(([flow]) =>
    ['before', 'after'].flatMap((timing) => {
      const path = [...FLOWS, flow, timing];
      const methods = Object.entries(mapAt(config, path)).filter(([, value]) => isJsonObject(value));
      return [path, ...methods.map(([method]) => [...path, method])]
        .map((owner) => ({ path: [...owner, 'hooks'], hooks: listAt(config, [...owner, 'hooks']) }))
        .filter(({ hooks }) => hooks.length > 0);
    }),
  );
}

/**
 * The list at a path. Empty if there is none.
 * @throws ConfigurationError if something other than a list is there
 */
export function listAt(config: JsonObject, path: Path): readonly Json[] {
  const owner = mapAt(config, path.slice(0, -1));
  const list = owner[path.at(-1) ?? ''];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw unexpected(path, 'a list');
  return list;
}

/**
 * The map at a path. Empty if there is none.
 * @throws ConfigurationError if something other than a map is there
 */
function mapAt(config: JsonObject, path: Path): JsonObject {
  let here = config;
  for (const [depth, key] of path.entries()) {
    const next = here[key];
    if (next === undefined) return {};
    if (!isJsonObject(next)) throw unexpected(path.slice(0, depth + 1), 'a map');
    here = next;
  }
  return here;
}

/**
 * Methods with a provider that updates the traits at every login (Ory Kratos, `update_identity_on_login`). No
 * other hook reports that change.
 */
export function updatingMethods(config: JsonObject): string[] {
  return ['oidc', 'saml'].filter((method) => {
    const path = ['selfservice', 'methods', method];
    if (!isOn(config, [...path, 'enabled'], false)) return false;
    const providers = mapAt(config, [...path, 'config'])['providers'];
    return (
      Array.isArray(providers) &&
      providers.some((one) => isJsonObject(one) && one['update_identity_on_login'] === 'automatic')
    );
  });
}

/**
 * Ways to verify an address that no hook reports (seen with Ory Kratos 1.3 to 26.2). If a login or a recovery
 * by code verifies it, there is no webhook, and `updated_at` stays the same.
 */
export function silentVerifications(config: JsonObject): string[] {
  const code = (key: string) => isOn(config, ['selfservice', 'methods', 'code', key], key === 'enabled');
  const use = mapAt(config, [...FLOWS, 'recovery'])['use'] ?? 'code';
  return [
    ...(code('passwordless_enabled') ? ['a login by code'] : []),
    ...(isOn(config, [...FLOWS, 'recovery', 'enabled'], false) && use === 'code' && code('enabled')
      ? ['a recovery by code']
      : []),
  ];
}

/**
 * The defaults and conditions are those of Ory Kratos: `code` and `webauthn` are methods of signing up only
 * if they are passwordless.
 */
function signInMethods(config: JsonObject): string[] {
  const method = (...keys: string[]) => ['selfservice', 'methods', ...keys];
  const on = {
    password: isOn(config, method('password', 'enabled'), true),
    oidc: isOn(config, method('oidc', 'enabled'), false),
    code: isOn(config, method('code', 'passwordless_enabled'), false),
    webauthn:
      isOn(config, method('webauthn', 'enabled'), false) &&
      isOn(config, method('webauthn', 'config', 'passwordless'), false),
    passkey: isOn(config, method('passkey', 'enabled'), false),
    saml: isOn(config, method('saml', 'enabled'), false),
  };
  return Object.entries(on).flatMap(([name, isIt]) => (isIt ? [name] : []));
}

function isOn(config: JsonObject, path: Path, byDefault: boolean): boolean {
  return (mapAt(config, path.slice(0, -1))[path.at(-1) ?? ''] ?? byDefault) === true;
}

function listThatRuns(config: JsonObject, flow: Event, method: string): RunningList {
  const own = ownList(flow, method);
  const ofFlow = [...FLOWS, flow, 'after', 'hooks'];
  const shared = listAt(config, own.path).length === 0 && listAt(config, ofFlow).length > 0;
  return shared ? { ...own, path: ofFlow } : own;
}

function ownList(flow: Event, method: string): RunningList {
  return { path: [...FLOWS, flow, 'after', method, 'hooks'], event: flow, methods: [method] };
}

function unexpected(path: Path, form: string): ConfigurationError {
  return new ConfigurationError('ory_config', `${path.join('.')} is not ${form}.`, {
    hint: 'Ory refuses such a configuration. Correct or remove the key.',
  });
}

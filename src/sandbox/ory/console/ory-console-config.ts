import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';

const SIGN_UP = ['code', 'oidc', 'passkey', 'password', 'webauthn'];
const LOG_IN = [...SIGN_UP, 'lookup_secret', 'totp'];
const SETTINGS = ['lookup_secret', 'oidc', 'passkey', 'password', 'profile', 'totp', 'webauthn'];

/**
 * Lists that the configuration always has, even if they are empty. For each flow, its methods that have their
 * own list.
 */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  login: LOG_IN,
  recovery: [],
  registration: SIGN_UP,
  settings: SETTINGS,
  verification: [],
};

/** A customer cannot set these, because Ory Network runs the service (Ory API, "Import Warnings"). */
const OPERATIONAL = ['serve', 'dsn', 'log', 'tracing', 'profiling', 'hashers', 'secrets', 'dev', 'version'];

/** Ory Network's stored form of a hook has no place for these (SDK, `normalizedProjectRevisionHook`). */
const DROPPED_IN_HOOKS = ['headers', 'id', 'emit_analytics_event'];

/** A new project: sign-up by password, with `session` in three lists, as in the snapshots of Ory's CLI. */
export function newProjectConfig(): JsonObject {
  const withSession = { hooks: [{ hook: 'session' }] };
  return importedConfig({
    identity: {
      default_schema_id: 'preset://email',
      schemas: [{ id: 'preset://email', url: 'base64://e30=' }],
    },
    selfservice: {
      default_browser_return_url: '/ui/welcome',
      flows: {
        login: { lifespan: '30m0s' },
        recovery: { enabled: true },
        registration: {
          enabled: true,
          after: { oidc: withSession, password: withSession, webauthn: withSession },
        },
        settings: { required_aal: 'highest_available' },
        verification: { enabled: true },
      },
      methods: {
        code: { enabled: true, passwordless_enabled: false },
        oidc: { enabled: false, config: { providers: [] } },
        passkey: { enabled: false },
        password: { enabled: true },
        profile: { enabled: true },
        webauthn: { enabled: false, config: { passwordless: false } },
      },
    },
  }).config;
}

/** The configuration as Ory Network stores it, and the keys that it ignored. */
export function importedConfig(config: JsonObject): { config: JsonObject; ignored: string[] } {
  const ignored = OPERATIONAL.filter((key) => key in config);
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => !ignored.includes(key)));
  const selfservice = mapIn(kept, 'selfservice');
  const flows = mapIn(selfservice, 'flows');
  const normalized = Object.entries(METHODS).map(([name, methods]) => [
    name,
    flow(mapIn(flows, name), methods),
  ]);
  return {
    config: {
      ...kept,
      selfservice: { ...selfservice, flows: { ...flows, ...Object.fromEntries(normalized) } },
    },
    ignored,
  };
}

function flow(value: JsonObject, methods: readonly string[]): JsonObject {
  const before = mapIn(value, 'before');
  const after = mapIn(value, 'after');
  // A method that the flow does not have disappears without a warning, for example
  // `verification.after.<method>`.
  const known = Object.entries(after).filter(([, inner]) => !isJsonObject(inner));
  return {
    ...value,
    before: { ...before, hooks: hooksIn(before) },
    after: {
      ...Object.fromEntries(known),
      hooks: hooksIn(after),
      ...Object.fromEntries(methods.map((method) => [method, withHooks(mapIn(after, method))])),
    },
  };
}

function withHooks(owner: JsonObject): JsonObject {
  return { ...owner, hooks: hooksIn(owner) };
}

function hooksIn(owner: JsonObject): Json[] {
  const { hooks } = owner;
  return Array.isArray(hooks) ? hooks.map((hook: Json) => stored(hook)) : [];
}

function stored(hook: Json): Json {
  const config = isJsonObject(hook) ? hook['config'] : undefined;
  if (!isJsonObject(hook) || !isJsonObject(config)) return hook;
  const kept = Object.entries(config).filter(([key]) => !DROPPED_IN_HOOKS.includes(key));
  const { ignore = false, parse = false } = mapIn(config, 'response');
  return { ...hook, config: { ...Object.fromEntries(kept), response: { ignore, parse } } };
}

function mapIn(map: JsonObject, key: string): JsonObject {
  const value = map[key];
  return isJsonObject(value) ? value : {};
}

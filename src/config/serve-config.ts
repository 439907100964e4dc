import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { ourFolder } from './home-folder.ts';
import { intervalMs } from './interval.ts';
import type { Settings } from './sources.ts';
import { formFault } from './value-form.ts';
import { VARIABLES } from './variables.ts';
import type { VariableName } from './variables.ts';

/** The settings of every command that delivers, complete and of the right form. */
export interface DeliveryConfig {
  readonly zoho: ZohoConfig;
  readonly ory: { readonly adminUrl: string; readonly apiKey?: string } | undefined;
  readonly databaseUrl: string;
  readonly oryIdField: string | null;
  /** Undefined for the built-in mapping. */
  readonly mappingFile: string | undefined;
  readonly logLevel: LogLevel;
}

/** The settings that only `serve` needs. */
export interface ServeConfig extends DeliveryConfig {
  readonly webhookSecrets: readonly string[];
  readonly port: number;
  readonly host: string | undefined;
  readonly metricsToken: string | undefined;
  /** From the start of one reconcile to the start of the next. 0 if it never runs. */
  readonly reconcileMs: number;
}

export interface ZohoConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly apiBaseUrl: string | undefined;
  readonly accountsUrl: string | undefined;
  readonly dataCenter: string | undefined;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const DEFAULT_MAPPING_FILE = 'ory-zoho.mapping.yaml';

const DEFAULT_RECONCILE_MS = 24 * 60 * 60_000;

const interval = z.string().transform((text, context) => {
  const ms = intervalMs(text);
  if (ms !== undefined) return ms;
  context.addIssue('not an interval');
  return z.NEVER;
});
const port = z.coerce.number().int().min(0).max(65_535);
const fieldName = z.string().regex(/^[A-Za-z]\w*$/);

const ZOHO_CREDENTIALS: readonly VariableName[] = [
  'ZOHO_CLIENT_ID',
  'ZOHO_CLIENT_SECRET',
  'ZOHO_REFRESH_TOKEN',
];

/** @throws ConfigurationError that names every missing variable, or the first one of the wrong form */
export function serveConfig(settings: Settings): ServeConfig {
  const value = (name: VariableName) => settings.get(name)?.value;
  requireAll(settings, ['ORY_WEBHOOK_SECRET', ...ZOHO_CREDENTIALS]);
  const delivery = deliveryConfig(settings);
  const reconcileMs = parsed(
    settings,
    'RECONCILE_INTERVAL',
    interval,
    'an interval such as 6h, or 0 for never',
  );
  return {
    ...delivery,
    webhookSecrets: [value('ORY_WEBHOOK_SECRET'), value('ORY_WEBHOOK_SECRET_PREVIOUS')].filter(
      (secret) => secret !== undefined,
    ),
    port: parsed(settings, 'PORT', port, 'a port number') ?? 3000,
    host: value('HOST'),
    metricsToken: value('METRICS_TOKEN'),
    reconcileMs: delivery.ory === undefined ? 0 : (reconcileMs ?? DEFAULT_RECONCILE_MS),
  };
}

/** @throws ConfigurationError like `serveConfig` */
export function deliveryConfig(settings: Settings): DeliveryConfig {
  const value = (name: VariableName) => settings.get(name)?.value;
  requireAll(settings, ZOHO_CREDENTIALS);
  refuseUnfit(settings);
  const adminUrl = value('ORY_ADMIN_URL');
  const apiKey = value('ORY_PROJECT_API_KEY');
  const idField = parsed(settings, 'ORY_ID_FIELD', fieldName, 'an API name such as Ory_Identity_ID');
  return {
    zoho: zohoConfig(settings),
    ory: adminUrl === undefined ? undefined : { adminUrl, ...(apiKey !== undefined && { apiKey }) },
    databaseUrl: value('DATABASE_URL') ?? defaultDatabaseUrl() ?? noPlaceForStore(),
    oryIdField: idField ?? null,
    mappingFile: mappingFileOf(settings),
    logLevel: parsed(settings, 'LOG_LEVEL', z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`) ?? 'info',
  };
}

/** The mapping's file. Undefined for the built-in mapping. */
export function mappingFileOf(settings: Settings): string | undefined {
  const named = settings.get('ORY_ZOHO_MAPPING')?.value;
  return named ?? (existsSync(DEFAULT_MAPPING_FILE) ? DEFAULT_MAPPING_FILE : undefined);
}

export function zohoConfig(settings: Settings): ZohoConfig {
  const value = (name: VariableName) => settings.get(name)?.value;
  return {
    clientId: value('ZOHO_CLIENT_ID') ?? '',
    clientSecret: value('ZOHO_CLIENT_SECRET') ?? '',
    refreshToken: value('ZOHO_REFRESH_TOKEN') ?? '',
    apiBaseUrl: value('ZOHO_API_BASE_URL'),
    accountsUrl: value('ZOHO_ACCOUNTS_URL'),
    dataCenter: value('ZOHO_DATA_CENTER'),
  };
}

function requireAll(settings: Settings, names: readonly VariableName[]): void {
  const missing = names.filter((name) => !settings.has(name));
  if (missing.length === 0) return;
  const list = missing.map((name) => `\n  ${name}: ${VARIABLES[name].meaning}`).join('');
  throw new ConfigurationError('missing_variables', `Not set:${list}`, {
    hint: 'Run `ory-zoho init`, or set them in the environment or a .env file (see .env.example).',
  });
}

/** @throws ConfigurationError that names the variables whose values cannot be sent or opened */
export function refuseUnfit(settings: Settings): void {
  const faults = [...settings].flatMap(([name, { value, source }]) => {
    const fault = formFault(name, value);
    return fault === undefined ? [] : [{ sentence: `${name} ${fault}`, source }];
  });
  if (faults.length === 0) return;
  throw new ConfigurationError('bad_variable', `${faults.map(({ sentence }) => sentence).join('.\n')}.`, {
    hint: `Correct it in: ${[...new Set(faults.map(({ source }) => source))].join(', ')}.`,
  });
}

function parsed<T>(
  settings: Settings,
  name: VariableName,
  schema: z.ZodType<T>,
  form: string,
): T | undefined {
  const setting = settings.get(name);
  if (setting === undefined) return undefined;
  const result = schema.safeParse(setting.value);
  if (result.success) return result.data;
  throw new ConfigurationError('bad_variable', `${name} is not ${form}: "${setting.value}".`, {
    hint: `Correct it in: ${setting.source}.`,
  });
}

/** The store that is used without DATABASE_URL. Undefined if this user has no home folder for it. */
export function defaultDatabaseUrl(): string | undefined {
  const folder = ourFolder('data');
  return folder === undefined ? undefined : `sqlite:${join(folder, 'store.db')}`;
}

function noPlaceForStore(): never {
  throw new ConfigurationError(
    'no_place_for_store',
    'There is no place for the store: DATABASE_URL is not set, and this user has no home folder.',
    { hint: 'Set DATABASE_URL, for example to sqlite:/var/lib/ory-zoho/store.db, or set HOME.' },
  );
}

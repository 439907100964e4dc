import { styleText } from 'node:util';
import { profilePath } from '../../config/profile.ts';
import { defaultDatabaseUrl, zohoConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { Settings, Source } from '../../config/sources.ts';
import { VARIABLE_NAMES, VARIABLES } from '../../config/variables.ts';
import type { VariableName } from '../../config/variables.ts';
import { OryZohoError } from '../../errors.ts';
import { configWithMadeUpValues } from '../parts/required-values.ts';
import { hostsOf } from '../parts/zoho-connection.ts';
import { print } from '../terminal/print.ts';

/** One line of `config show`. Both are null if the variable is not set and has no default. */
interface ShownValue {
  readonly name: VariableName;
  readonly value: string | null;
  readonly source: Source | 'default' | null;
}

const MASK = '••••';
const HOUR_MS = 3_600_000;

/** `ory-zoho config show`: prints every value with its source. Secrets are hidden, even their length. */
export async function showConfig({ json = false }: { readonly json?: boolean }): Promise<void> {
  const settings = await readSettings({});
  const defaults = { ...serveDefaults(settings), ...hostDefaults(settings) };
  const values = VARIABLE_NAMES.map((name) => shown(name, settings, defaults));
  process.stdout.write(json ? `${JSON.stringify(values, null, 2)}\n` : asText(values));
}

/** `ory-zoho config path`: prints the path of the profile, whether or not the file exists. */
export async function showConfigPath(): Promise<void> {
  print(await profilePath());
}

/** Defaults of values that are not set. */
type Defaults = { readonly [Name in VariableName]?: string };

function shown(name: VariableName, settings: Settings, defaults: Defaults): ShownValue {
  const setting = settings.get(name);
  if (setting !== undefined) {
    const value = VARIABLES[name].secret ? MASK : withoutPassword(setting.value);
    return { name, value, source: setting.source };
  }
  const value = defaults[name] ?? null;
  return { name, value, source: value === null ? null : 'default' };
}

function serveDefaults(settings: Settings): Defaults {
  const adminUrl = [...settings].filter(([name]) => name === 'ORY_ADMIN_URL');
  // The other defaults do not depend on the store.
  const anyStore = ['DATABASE_URL', { value: 'any', source: 'flag' }] as const;
  const { port, mappingFile, logLevel, reconcileMs } = configWithMadeUpValues(
    new Map([...adminUrl, anyStore]),
  );
  const databaseUrl = defaultDatabaseUrl();
  return {
    PORT: String(port),
    HOST: 'all interfaces',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ORY_ZOHO_MAPPING: mappingFile ?? 'built in',
    RECONCILE_INTERVAL: reconcileMs === 0 ? 'never, without ORY_ADMIN_URL' : `${reconcileMs / HOUR_MS}h`,
    LOG_LEVEL: logLevel,
  };
}

/** The hosts derived from those that are set; none if those contradict each other. */
function hostDefaults(settings: Settings): Defaults {
  try {
    const { apiBaseUrl, accountsUrl } = hostsOf(zohoConfig(settings));
    return { ZOHO_API_BASE_URL: apiBaseUrl, ZOHO_ACCOUNTS_URL: accountsUrl };
  } catch (error) {
    if (error instanceof OryZohoError) return {};
    throw error;
  }
}

/**
 * A URL may carry a password before its host or in its query. Control characters would reach the terminal.
 */
function withoutPassword(value: string): string {
  return value
    .replace(/\/\/.*@/s, `//${MASK}@`)
    .replace(/([?&][^=&#]*(?:password|secret|token|key)[^=&#]*=)[^&#]*/gi, `$1${MASK}`)
    .replaceAll(/\p{Cc}/gu, ' ');
}

function asText(values: readonly ShownValue[]): string {
  const nameWidth = widest(values.map(({ name }) => name));
  const sourceWidth = widest(values.map(({ source }) => source ?? ''));
  return values
    .map(({ name, value, source }) => {
      const line = `${name.padEnd(nameWidth)}  ${(source ?? '').padEnd(sourceWidth)}  ${value ?? 'not set'}\n`;
      const given = source !== null && source !== 'default';
      return given ? line : styleText('dim', line, { stream: process.stdout });
    })
    .join('');
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

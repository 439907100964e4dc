import { readProfile } from '../../config/profile.ts';
import { serveConfig, zohoConfig } from '../../config/serve-config.ts';
import type { ServeConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { Settings } from '../../config/sources.ts';
import { VARIABLES, ZOHO_CONNECTION_NAMES } from '../../config/variables.ts';
import type { ZohoHosts } from '../../zoho/data-center.ts';
import { refuseBadProxies } from '../../outgoing/bad-proxies.ts';
import { hostsOf } from '../parts/zoho-connection.ts';
import { ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

export interface Configured {
  readonly findings: readonly Finding[];
  /** All values that could be read. */
  readonly settings: Settings;
  /** No connection is configured here; only a Kratos file is checked. */
  readonly empty: boolean;
  /** Undefined if the configuration is wrong; checks that need it are skipped. */
  readonly complete: { readonly config: ServeConfig; readonly hosts: ZohoHosts } | undefined;
}

const SHORT_SECRET = 16;
/**
 * Checks that the configuration is complete, valid and without contradictions.
 * @param withFile a Kratos file is checked, which needs no connection. A missing connection is then only a
 * warning
 */
export async function checkConfiguration(withFile: boolean): Promise<Configured> {
  let settings: Settings;
  try {
    settings = await readSettings({});
  } catch (error) {
    const findings = [thrown('configuration', error)];
    return { findings, settings: new Map(), empty: false, complete: undefined };
  }
  if (withFile && !ZOHO_CONNECTION_NAMES.some((name) => settings.has(name))) {
    return { findings: [onlyTheFile], settings, empty: true, complete: undefined };
  }
  const problems: Finding[] = [];
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push(thrown('configuration', error));
      return undefined;
    }
  };
  const config = attempt(() => serveConfig(settings));
  const hosts = attempt(() => {
    refuseBadProxies();
    return hostsOf(zohoConfig(settings));
  });
  problems.push(...(await hiddenValues(settings)), ...shortSecret(settings));
  const complete = config === undefined || hosts === undefined ? undefined : { config, hosts };
  const findings =
    problems.length === 0 && hosts !== undefined ? [ok('configuration', summary(settings, hosts))] : problems;
  return { findings, settings, empty: false, complete };
}

const onlyTheFile = warn(
  'configuration',
  'no connection is configured here: only the Kratos file is checked',
  'To check the rest too, run doctor where serve runs.',
);

/** Values that `init` saved but that another source overrides, so that the profile misleads its reader. */
async function hiddenValues(settings: Settings): Promise<Finding[]> {
  const profile = await readProfile();
  const hidden = [...settings].filter(
    ([name, { value, source }]) => source !== 'profile' && (profile[name] ?? value) !== value,
  );
  return hidden.map(([name, { source }]) =>
    warn(
      'configuration',
      `${name} is ${source === 'environment' ? 'set in the environment' : `in ${source}`} and overrides another value in the saved profile`,
      `Unset ${name} there to use the profile, or run "ory-zoho init" to save the value in use.`,
    ),
  );
}

function shortSecret(settings: Settings): Finding[] {
  const secret = settings.get('ORY_WEBHOOK_SECRET')?.value;
  if (secret === undefined || secret.length >= SHORT_SECRET) return [];
  const detail = `ORY_WEBHOOK_SECRET is short enough to be guessed: under ${SHORT_SECRET} characters`;
  return [
    warn(
      'configuration',
      detail,
      'Use a random secret, for example from "openssl rand -hex 32", here and in Ory.',
    ),
  ];
}

function summary(settings: Settings, hosts: ZohoHosts): string {
  const counts = new Map<string, number>();
  for (const { source } of settings.values()) counts.set(source, (counts.get(source) ?? 0) + 1);
  const sources = [...counts].map(([source, count]) => `${count} from ${inWords(source)}`).join(', ');
  const version = hosts.apiBaseUrl.split('/').at(-1) ?? '';
  const where = hosts.dataCenter === 'loopback' ? new URL(hosts.apiBaseUrl).host : hosts.dataCenter;
  return `${sources}; Zoho ${where}, API ${version}; ${Object.keys(VARIABLES).length - settings.size} not set`;
}

function inWords(source: string): string {
  return source === '.env' ? source : `the ${source}`;
}

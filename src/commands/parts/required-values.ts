import { serveConfig } from '../../config/serve-config.ts';
import type { ServeConfig } from '../../config/serve-config.ts';
import type { Settings } from '../../config/sources.ts';

const REQUIRED = [
  'ORY_WEBHOOK_SECRET',
  'ZOHO_CLIENT_ID',
  'ZOHO_CLIENT_SECRET',
  'ZOHO_REFRESH_TOKEN',
] as const;

/**
 * The configuration as serve takes it, for commands that need only what has a default: the values serve requires
 * are made up where they are not set.
 * @throws ConfigurationError for a value of the wrong form
 */
export function configWithMadeUpValues(settings: Settings): ServeConfig {
  const madeUp = REQUIRED.map((name) => [name, { value: 'made-up', source: 'flag' as const }] as const);
  return serveConfig(new Map([...madeUp, ...settings]));
}

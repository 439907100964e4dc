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
 * The configuration of serve, for commands that need only values with a default. Required values that are not
 * set are made up.
 * @throws ConfigurationError for an invalid value
 */
export function configWithMadeUpValues(settings: Settings): ServeConfig {
  const madeUp = REQUIRED.map((name) => [name, { value: 'made-up', source: 'flag' as const }] as const);
  return serveConfig(new Map([...madeUp, ...settings]));
}

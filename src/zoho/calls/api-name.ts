import { ConfigurationError } from '../../errors.ts';

/**
 * Checks a module or field name that goes into a path or a query. Anything but an API name could change the
 * meaning of the request.
 * @throws ConfigurationError
 */
export function apiName(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name)) return name;
  throw new ConfigurationError('zoho_api_name', `This is not an API name of Zoho: ${JSON.stringify(name)}`, {
    hint: 'Use the API name of the module or field, as Zoho shows it under Setup > Developer Hub > APIs and SDKs.',
  });
}

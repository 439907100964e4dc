import { ConfigurationError } from '../../errors.ts';

export function noAdminApi(): ConfigurationError {
  return new ConfigurationError('no_admin_api', 'ORY_ADMIN_URL is not set: there is nobody to read from.', {
    hint: 'Run `ory-zoho init`, or set ORY_ADMIN_URL and ORY_PROJECT_API_KEY.',
  });
}

import { ConfigurationError } from '../../errors.ts';

export function noAdminApi(): ConfigurationError {
  return new ConfigurationError(
    'no_admin_api',
    'ORY_ADMIN_URL is not set, so identities cannot be read from Ory.',
    {
      hint: 'Run `ory-zoho init`, or set ORY_ADMIN_URL and ORY_PROJECT_API_KEY.',
    },
  );
}

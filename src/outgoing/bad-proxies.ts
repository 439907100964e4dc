import { ConfigurationError } from '../errors.ts';
import { proxyFor } from './proxy-for.ts';
import type { ProxyChoice } from './proxy-for.ts';

/** @throws ConfigurationError if a variable of the environment does not hold the address of a proxy */
export function refuseBadProxies(): void {
  for (const url of ['https://x', 'http://x']) {
    const choice = proxyFor(new URL(url), { ...process.env, NO_PROXY: '', no_proxy: '' });
    if (choice !== undefined) proxyUrl(choice);
  }
}

/**
 * The address of a proxy. An error does not repeat the value, because it may hold a password.
 * @throws ConfigurationError
 */
export function proxyUrl({ variable, value }: ProxyChoice): URL {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ConfigurationError('bad_proxy', `${variable} is not the address of a proxy.`, {
    hint: 'Set it to an address such as http://proxy.example.com:3128, or unset it.',
  });
}

import { ConfigurationError } from '../../../errors.ts';

/**
 * The address at which Ory reaches serve, without a trailing slash.
 * @throws ConfigurationError if it is not a plain http(s) URL
 */
export function publicUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === '';
  if (plain) return url.href.replace(/\/+$/, '');
  throw new ConfigurationError('public_url', '--public-url is not a plain https address.', {
    hint: 'Give the address at which Ory reaches serve, such as https://sync.example.com, without path or query.',
  });
}

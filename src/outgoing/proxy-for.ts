import { BlockList, isIP } from 'node:net';

/**
 * The variables that name the proxies. If one is set in both spellings, the lower-case one counts, as for
 * curl.
 */
export type ProxyVariables = { readonly [name: string]: string | undefined };

/** A proxy, and the variable that names it. */
export interface ProxyChoice {
  readonly variable: 'HTTPS_PROXY' | 'HTTP_PROXY';
  /** The value as written. It may hold a user name and a password. */
  readonly value: string;
}

/**
 * The proxy for a call, by the rules of Go, which Ory is written in (golang.org/x/net/http/httpproxy):
 * HTTPS_PROXY for https, HTTP_PROXY for http. Loopback addresses and the addresses in NO_PROXY use no proxy.
 * NO_PROXY may list names (which include their subdomains), addresses, and networks such as 10.0.0.0/8, each
 * with or without a port; `*` means everything.
 * @returns undefined if the call goes there directly
 */
export function proxyFor(url: URL, environment: ProxyVariables): ProxyChoice | undefined {
  const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = valueOf(environment, variable);
  if (value === '') return undefined;
  const host = plainHost(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (isLoopback(host)) return undefined;
  const listed = valueOf(environment, 'NO_PROXY').split(/[\s,]+/);
  return listed.some((entry) => entry !== '' && matches(entry, host, port)) ? undefined : { variable, value };
}

function valueOf(environment: ProxyVariables, name: string): string {
  return (environment[name.toLowerCase()] ?? environment[name] ?? '').trim();
}

/** Without the brackets of IPv6, and without the dot that may end a full name. */
function plainHost(hostname: string): string {
  return hostname
    .replaceAll(/^\[|\]$/g, '')
    .replace(/(.)\.$/, '$1')
    .toLowerCase();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, name = entry, wanted] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const listed = plainHost(name);
  if (listed === '*') return true;
  if (listed.includes('/')) return isInNetwork(host, listed);
  const above = listed.replace(/^\*?\./, '');
  return (host === above && !listed.startsWith('*.')) || host.endsWith(`.${above}`);
}

/** @param network such as 10.0.0.0/8. A text of another form contains no host */
function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}

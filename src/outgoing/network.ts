import type { Network, NetworkAnswer, NetworkLimits, NetworkRequest } from '../model/network.ts';
import { refuseBadProxies } from './bad-proxies.ts';

/**
 * HTTP/1.1 with kept-alive connections, through the proxies of the environment. undici is loaded with the
 * first request, because most commands make none.
 * @throws ConfigurationError for a proxy address that `refuseBadProxies` refuses
 */
export function openNetwork(limits: NetworkLimits): Network {
  refuseBadProxies();
  let opened: ReturnType<typeof open> | undefined;
  return {
    send: async (request) => send(await (opened ??= open(limits)), request),
    close: async () => (await opened)?.connections.close(),
  };
}

async function open(limits: NetworkLimits) {
  const [{ request }, { openConnections }] = await Promise.all([
    import('undici'),
    import('./connections.ts'),
  ]);
  return { request, connections: openConnections(limits) };
}

async function send(
  { request, connections }: Awaited<ReturnType<typeof open>>,
  { method, url, headers, body, signal }: NetworkRequest,
): Promise<NetworkAnswer> {
  const dispatcher = connections.to(url);
  const response = await request(url, { method, headers, body: body ?? null, signal, dispatcher });
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text };
}

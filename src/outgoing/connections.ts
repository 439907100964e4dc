import { Agent, Pool, ProxyAgent, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import type { NetworkLimits } from '../model/network.ts';
import { ConnectionNotMade } from './connection-not-made.ts';
import { proxyUrl, refuseBadProxies } from './bad-proxies.ts';
import { proxyFor } from './proxy-for.ts';
import type { ProxyChoice } from './proxy-for.ts';

const CONNECT_MS = 5_000;

/** Connections to other servers, direct or through the proxies that the environment names. */
export interface Connections {
  /** The dispatcher for a call to this address, for undici's `request`. */
  to(url: string): Dispatcher;
  /** Cuts the connections. */
  close(): Promise<void>;
}

/**
 * HTTP/1.1 with one request at a time per connection, so that a cut connection affects exactly one request.
 * Connecting takes at most 5 s. HTTPS_PROXY, HTTP_PROXY and NO_PROXY choose the proxy as in `proxyFor`.
 * @throws ConfigurationError for a proxy address that `refuseBadProxies` refuses
 */
export function openConnections({ mostBytes, silenceMs }: NetworkLimits): Connections {
  refuseBadProxies();
  const limits = {
    allowH2: false,
    maxResponseSize: mostBytes,
    ...(silenceMs !== undefined && { headersTimeout: silenceMs, bodyTimeout: silenceMs }),
  };
  const connect = buildConnector({ timeout: CONNECT_MS, allowH2: false });
  const direct = new Agent({ ...limits, connect: marked(connect, undefined) });
  const proxies = new Map<string, ProxyAgent>();
  return {
    to(url) {
      const choice = proxyFor(new URL(url), process.env);
      if (choice === undefined) return direct;
      const agent = proxies.get(choice.value) ?? openProxy(choice, limits);
      proxies.set(choice.value, agent);
      return agent;
    },
    async close() {
      await Promise.all([direct, ...proxies.values()].map((agent) => agent.destroy()));
    },
  };
}

/**
 * https goes through a tunnel. For http the proxy is asked itself, because few proxies open tunnels to other
 * ports than 443.
 */
function openProxy(choice: ProxyChoice, limits: object): ProxyAgent {
  const uri = proxyUrl(choice);
  const tls = { allowH2: false, timeout: CONNECT_MS };
  return new ProxyAgent({
    ...limits,
    uri: uri.href,
    connectTimeout: CONNECT_MS,
    requestTls: tls,
    proxyTls: tls,
    factory: (origin, options: Pool.Options) => {
      const { connect } = options;
      return new Pool(origin, {
        ...limits,
        ...options,
        ...(typeof connect === 'function' && { connect: marked(connect, uri.host) }),
      });
    },
  });
}

/**
 * undici's error codes do not show whether an error came from connecting or later. Errors that are wrapped
 * here came from connecting.
 */
function marked(connect: buildConnector.connector, proxy: string | undefined): buildConnector.connector {
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error === null) callback(null, socket);
      else callback(new ConnectionNotMade(error, proxy), null);
    });
}

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** A server that can stop and listen again at the same port. */
export interface Server {
  /** @returns the port; 0 asks for any free one */
  listen(port: number): Promise<number>;
  /** Refuses connections from now on, and closes those there are. */
  stop(): Promise<void>;
}

/** An HTTP server that hands every request to `answer`. */
export function serverAt(
  host: string,
  answer: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>,
): Server {
  // Go takes 1 MiB of header, Node 16 KiB: 500 ids in a query are more than that.
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (incoming, response) => {
    void answer(incoming, response);
  });
  return {
    listen: async (port) => {
      server.listen(port, host);
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

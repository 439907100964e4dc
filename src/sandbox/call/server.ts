import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** A server that can stop and then listen again on the same port. */
export interface Server {
  /**
   * @param port 0 means any free port
   * @returns the port in use
   */
  listen(port: number): Promise<number>;
  /** Refuses new connections and closes the existing ones. */
  stop(): Promise<void>;
}

/** An HTTP server that hands every request to `answer`. */
export function serverAt(
  host: string,
  answer: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>,
): Server {
  // Go accepts 1 MiB of headers, Node by default 16 KiB. A query with 500 ids is longer than that.
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

import { failureInWords } from './failure-in-words.ts';

/** No connection was made, so the request cannot have arrived. The message says why, in words. */
export class ConnectionNotMade extends Error {
  override readonly name = 'ConnectionNotMade';
  /** The code of the system, OpenSSL or undici. Empty if there is none. */
  readonly code: string;
  /** The host of the proxy, if the connection was meant to go through one. */
  readonly proxy: string | undefined;

  constructor(cause: Error, proxy: string | undefined) {
    const words = failureInWords(cause);
    super(proxy === undefined ? words : `through the proxy ${proxy}: ${words}`, { cause });
    this.proxy = proxy;
    this.code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  }
}

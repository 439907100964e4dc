/** One HTTP request. */
export interface NetworkRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
  /** Cuts the request when it aborts. */
  readonly signal: AbortSignal;
}

/** A whole answer. */
export interface NetworkAnswer {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
}

export interface NetworkLimits {
  /** A larger answer counts as cut. */
  readonly mostBytes: number;
  /**
   * How long to wait for the head of an answer and between two parts of its body, in ms. 0 waits for ever.
   * The default is undici's.
   */
  readonly silenceMs?: number;
}

/**
 * The way to other servers. Redirects are not followed, and nothing is sent twice: only the caller knows what
 * is safe to repeat.
 */
export interface Network {
  /** @throws ConnectionNotMade if nothing can have reached the server; any other error if that is unknown */
  send(request: NetworkRequest): Promise<NetworkAnswer>;
  /** Cuts the connections. */
  close(): Promise<void>;
}

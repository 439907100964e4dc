import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, OryZohoError } from '../../../errors.ts';
import { authorizeUrl } from '../../../zoho/token/authorize-url.ts';
import { listenForCallback, redirectUriOf } from './callback-server.ts';
import type { CallbackAnswered, CallbackServer } from './callback-server.ts';
import { redeem } from './redeem-code.ts';
import type { RedeemedConnection } from './redeem-code.ts';
import { say } from '../../terminal/print.ts';
import { copy, done, warn } from '../talk.ts';

/** Time limit for the user on Zoho's pages. */
const PATIENCE_MS = 10 * 60_000;

export interface BrowserRequest {
  readonly accountsUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly port: number;
  /** Whether to open the browser, or only print the address. */
  readonly open: boolean;
  readonly signal: AbortSignal;
}

/** Connects through Zoho's consent page. Zoho sends the code to a server on this machine. */
export async function connectByBrowser(request: BrowserRequest): Promise<RedeemedConnection> {
  const state = randomBytes(32).toString('base64url');
  const sent = { state, accountsUrl: request.accountsUrl };
  const server = await listenForCallback(request.port, sent, () =>
    warn('Refused a request that does not belong to this attempt (wrong state).'),
  );
  try {
    const redirectUri = redirectUriOf(request.port);
    const url = authorizeUrl(request, { ...request, redirectUri, state });
    say('Grant access on this page:');
    copy(url);
    if (request.open) await openBrowser(url);
    const answered = await waitFor(server, request.signal);
    return await finish(answered, request, redirectUri);
  } finally {
    await server.close();
  }
}

async function finish(
  answered: CallbackAnswered,
  request: BrowserRequest,
  redirectUri: string,
): Promise<RedeemedConnection> {
  const { clientId, clientSecret, signal } = request;
  try {
    const { code, accountsUrl } = codeOf(answered.callback);
    const connection = await redeem({ accountsUrl, clientId, clientSecret, code, redirectUri }, signal);
    await answered.show({
      good: true,
      title: 'Connected to Zoho',
      text: 'You can close this page and return to the terminal.',
    });
    done(`Zoho granted access at ${new URL(accountsUrl).host}`);
    return connection;
  } catch (error) {
    await answered.show({
      good: false,
      title: 'Not connected',
      text: `${messageOf(error)} The terminal says what to do.`,
    });
    throw error;
  }
}

function codeOf(callback: CallbackAnswered['callback']): {
  readonly code: string;
  readonly accountsUrl: string;
} {
  switch (callback.kind) {
    case 'code':
      return callback;
    case 'refused':
      throw notConnected(
        callback.error === 'access_denied'
          ? 'Access was refused on the consent page.'
          : `Zoho refused the request (${callback.error}).`,
        'Run `ory-zoho init` again and accept. Nothing was changed.',
      );
    case 'foreign_host':
      throw notConnected(
        `The callback names an accounts server that is not Zoho's: ${callback.host}. Nothing was sent there.`,
        'Run `ory-zoho init` again and use only the address that it prints.',
      );
    case 'no_code':
      throw notConnected('The callback has no code.', 'Run `ory-zoho init` again.');
  }
}

function notConnected(message: string, hint: string): OryZohoError {
  return new OryZohoError('zoho_consent', message, { hint, exitCode: 4 });
}

async function waitFor(server: CallbackServer, signal: AbortSignal): Promise<CallbackAnswered> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const tooLong = sleep(PATIENCE_MS, undefined, { signal: either }).then(() => {
    throw notConnected(
      'There was no answer on the consent page for 10 minutes.',
      'Run `ory-zoho init` again.',
    );
  });
  try {
    return await Promise.race([server.answered, tooLong]);
  } finally {
    over.abort();
    await tooLong.catch(() => undefined);
  }
}

async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  try {
    const browser = await open(url);
    browser.once('error', () => say('The browser did not start. Open the page yourself.'));
  } catch {
    say('The browser did not start: open the page yourself.');
  }
}

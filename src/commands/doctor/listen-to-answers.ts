import { z } from 'zod';
import type { Http, HttpResponse } from '../../zoho/request.ts';

/** Additional information in Zoho's answers. */
export interface Heard {
  /** How far Zoho's clock is ahead of ours, in ms; undefined: no answer had a Date header. */
  skewMs: number | undefined;
  /** The scopes of a fresh access token; undefined if no token was requested or Zoho did not list them. */
  scopes: readonly string[] | undefined;
}

/** The token answer lists scopes separated by blanks (Zoho Accounts, "Refresh Access Tokens"). */
const tokenBody = z.object({ access_token: z.string(), scope: z.string().min(1) });

/** Wraps HTTP and notes this information. */
export function listenTo(http: Http): { readonly http: Http; readonly heard: Heard } {
  const heard: Heard = { skewMs: undefined, scopes: undefined };
  return {
    heard,
    http: {
      async send(call) {
        const sentAt = Date.now();
        const result = await http.send(call);
        if (result.kind === 'response') listen(heard, result, (sentAt + Date.now()) / 2);
        return result;
      },
      close: () => http.close(),
    },
  };
}

function listen(heard: Heard, { headers, body }: HttpResponse, at: number): void {
  const date = Date.parse(headers['date'] ?? '');
  if (!Number.isNaN(date)) heard.skewMs = date - at;
  heard.scopes = tokenBody.safeParse(body).data?.scope.split(/[ ,]+/) ?? heard.scopes;
}

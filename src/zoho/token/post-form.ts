import type { Http, HttpCall, HttpResponse, HttpResult } from '../request.ts';

type Within = Pick<HttpCall, 'timeoutMs' | 'signal'>;

/** The OAuth client that asks, and the host that it asks. */
export interface TokenClient {
  readonly accountsUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Sends a grant to the token endpoint. The secrets go in the body, never in the URL.
 * @param grant `grant_type` and its fields
 * @param read classifies the answer
 */
export async function postGrant<Answer>(
  http: Http,
  client: TokenClient,
  grant: { readonly grant_type: string; readonly [name: string]: string },
  within: Within,
  read: (answer: HttpResponse) => Answer,
): Promise<Answer | Exclude<HttpResult, { kind: 'response' }>> {
  const fields = { ...grant, client_id: client.clientId, client_secret: client.clientSecret };
  const result = await postForm(http, `${client.accountsUrl}/oauth/v2/token`, fields, within);
  return result.kind === 'response' ? read(result) : result;
}

/** A POST to Zoho's accounts server. The fields go in a form body, where no proxy logs them. */
export function postForm(
  http: Http,
  url: string,
  fields: { readonly [name: string]: string },
  within: Within,
): Promise<HttpResult> {
  return http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
    ...within,
  });
}

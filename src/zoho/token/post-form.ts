import type { Http, HttpCall, HttpResult } from '../request.ts';

/** A POST to Zoho's accounts server: fields in a form body, where no proxy logs them. */
export function postForm(
  http: Http,
  url: string,
  fields: { readonly [name: string]: string },
  options: Pick<HttpCall, 'timeoutMs' | 'signal'>,
): Promise<HttpResult> {
  return http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
    ...options,
  });
}

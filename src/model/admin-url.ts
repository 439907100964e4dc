/**
 * The address of Ory's admin API in its one form: scheme, host in lower case, port unless it is the scheme's own, path
 * without slashes at its end. No user name, password, query or fragment: none of them is ever sent.
 * @returns undefined for what is not an http(s) URL
 */
export function normalAdminUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

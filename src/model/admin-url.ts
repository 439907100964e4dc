/**
 * The address of Ory's admin API in its one form: scheme, host in lower case, port unless it is the scheme's own, path
 * without slashes at its end. No user name and password, so that it can be shown and kept; no query or fragment, which are
 * never sent.
 * @returns undefined for what is not an http(s) URL
 */
export function normalAdminUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/**
 * The same with the user and the password of the text, for requests and for the profile alone: where it is shown or kept,
 * `normalAdminUrl` is.
 */
export function withCredentials(text: string): string {
  const normal = normalAdminUrl(text);
  const given = URL.parse(text);
  if (normal === undefined || given === null || given.username + given.password === '') return normal ?? text;
  const url = new URL(normal);
  url.username = given.username;
  url.password = given.password;
  return url.href.replace(/\/+$/, '');
}

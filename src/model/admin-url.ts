/**
 * The normal form of the address of Ory's admin API: the scheme, the host in lower case, the port unless it
 * is the default, and the path without trailing slashes. It has no user name and password, so it can be shown
 * and stored. It has no query and fragment, because they are never sent.
 * @returns undefined for anything but an http(s) URL
 */
export function normalAdminUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/**
 * The normal form with the user name and password from the text. Only requests and the saved profile use it.
 * Anything that is shown or stored uses `normalAdminUrl`.
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

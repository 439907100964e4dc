/**
 * The Authorization header for Ory's admin API. It holds the API key, or else the user name and password from
 * the address, for a proxy before a self-hosted Kratos (RFC 7617, in UTF-8). Undefined if there is neither.
 * @param adminUrl as configured
 */
export function authorizationOf(adminUrl: string, apiKey: string): string | undefined {
  if (apiKey !== '') return `Bearer ${apiKey}`;
  const url = URL.parse(adminUrl);
  if (url === null || url.username + url.password === '') return undefined;
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}

/** A text that is not valid percent-encoding stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

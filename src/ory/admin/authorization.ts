/**
 * The header that a request to Ory's admin API is let in by: the API key, else the user and the password in
 * the address, as a proxy before a Kratos of one's own asks for them (RFC 7617, in UTF-8). Undefined: neither
 * is there.
 * @param adminUrl as it is configured
 */
export function authorizationOf(adminUrl: string, apiKey: string): string | undefined {
  if (apiKey !== '') return `Bearer ${apiKey}`;
  const url = URL.parse(adminUrl);
  if (url === null || url.username + url.password === '') return undefined;
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;
}

/** What is no percent-encoding stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

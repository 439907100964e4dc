/** Whether a host name (as in URL) belongs to this machine or to a network behind it, where http is safe. */
export function isLocalHost(hostname: string): boolean {
  const singleWord = !hostname.includes('.') && !hostname.includes(':');
  return singleWord || hostname === '[::1]' || PRIVATE_IPV4.test(hostname) || hostname.endsWith('.internal');
}

/** Loopback and RFC 1918. */
const PRIVATE_IPV4 = /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}$/;

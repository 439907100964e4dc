/**
 * Whether a host name (as URL has it) is of this machine or of a network behind it, where http does no harm.
 */
export function isLocalHost(hostname: string): boolean {
  const singleWord = !hostname.includes('.') && !hostname.includes(':');
  return singleWord || hostname === '[::1]' || PRIVATE_IPV4.test(hostname) || hostname.endsWith('.internal');
}

/** Loopback and RFC 1918. */
const PRIVATE_IPV4 = /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}$/;

import { messageOf } from '../errors.ts';

/** OpenSSL got something that is not TLS, mostly the first line of an answer in plain text. */
const NO_TLS =
  /wrong version number|packet length too long|http request|WRONG_VERSION_NUMBER|unknown protocol/i;
/** Node's codes for a certificate whose authority is unknown. */
const UNKNOWN_AUTHORITY = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
const TUNNEL = /^Proxy response \((\d+)\)/;

/**
 * Why there is no connection, for people. Leaves out OpenSSL's lines. Never empty, and without a full stop.
 */
export function failureInWords(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = messageOf(error);
  if (NO_TLS.test(message) || NO_TLS.test(code)) {
    return 'the server speaks plain http, not https, so the address must begin with http://';
  }
  if (UNKNOWN_AUTHORITY.includes(code)) {
    return `its certificate comes from an unknown authority (${code}); if that is your own, name its file in NODE_EXTRA_CA_CERTS`;
  }
  const [, status] = TUNNEL.exec(message) ?? [];
  if (status === '407') return 'it asks for a user and a password (407)';
  if (status !== undefined) return `it makes no connection (${status})`;
  // If several addresses were all refused, the error has no message of its own.
  return message === '' ? code || 'no connection' : message;
}

import { messageOf } from '../errors.ts';

/** OpenSSL met something that is no TLS: mostly the first line of an answer in plain text. */
const NO_TLS =
  /wrong version number|packet length too long|http request|WRONG_VERSION_NUMBER|unknown protocol/i;
/** Codes of Node for a certificate that no authority it knows stands for. */
const UNKNOWN_AUTHORITY = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
const TUNNEL = /^Proxy response \((\d+)\)/;

/** Why there is no connection, for people: without the lines of OpenSSL, and never empty. No full stop at its end. */
export function failureInWords(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = messageOf(error);
  if (NO_TLS.test(message) || NO_TLS.test(code)) {
    return 'what answers there speaks plain http, not https: the address has to begin with http://';
  }
  if (UNKNOWN_AUTHORITY.includes(code)) {
    return `its certificate is of an authority that is not known here (${code}): name the file of a private authority in NODE_EXTRA_CA_CERTS`;
  }
  const [, status] = TUNNEL.exec(message) ?? [];
  if (status === '407') return 'it asks for a user and a password (407)';
  if (status !== undefined) return `it makes no connection (${status})`;
  // Several addresses that were all refused have no message of their own.
  return message === '' ? code || 'no connection' : message;
}

import { expect, test } from 'vitest';
import { failureInWords } from './failure-in-words.ts';

const failure = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  [
    failure(
      'write EPROTO 00D8:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps:355:\n',
      'EPROTO',
    ),
    /^the server speaks plain http, not https/,
  ],
  [
    failure(
      '00D8:error:0A0000C6:SSL routines:tls_get_more_records:packet length too long',
      'ERR_SSL_PACKET_LENGTH_TOO_LONG',
    ),
    /plain http/,
  ],
  [
    failure('self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'),
    /NODE_EXTRA_CA_CERTS/,
  ],
  [failure('Proxy response (407) !== 200 when HTTP Tunneling'), /asks for a user and a password/],
  [failure('Proxy response (503) !== 200 when HTTP Tunneling'), /makes no connection \(503\)/],
  [failure('connect ECONNREFUSED 10.0.0.1:443', 'ECONNREFUSED'), /^connect ECONNREFUSED 10\.0\.0\.1:443$/],
  [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), /^ECONNREFUSED$/],
  [new Error(''), /^no connection$/],
])('%s becomes %s', (error, words) => {
  const said = failureInWords(error);
  expect(said).toMatch(words);
  expect(said).not.toMatch(/SSL routines|\n/);
});

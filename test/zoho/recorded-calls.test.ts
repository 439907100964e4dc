/** What the product makes of recorded answers about a whole call, and of the token endpoint's. */
import { expect, it } from 'vitest';
import { classifyWrite } from '../../src/zoho/answer/classify-write.ts';
import { readCodeAnswer } from '../../src/zoho/token/exchange-code.ts';
import { readTokenAnswer } from '../../src/zoho/token/token-answer.ts';
import { recordings } from '../fixtures/zoho/recorded.ts';

const paused = (pause: string, more: object = {}) => ({ kind: 'not_done', pause, ...more });
const rejected = { kind: 'token_rejected' };

/** For a batch of two records, so that no answer can be taken for one about a record. */
const EXPECTED: Readonly<Record<string, object>> = {
  'expired token': rejected,
  'no token, or a wrong host': rejected,
  'scope missing, v8 sample': paused('scope'),
  'profile without the API': paused('no_permission'),
  'profile without the module, v8 sample': paused('no_permission'),
  'unknown module, v6': paused('invalid_module'),
  'unknown module as one item, v8 sample': paused('invalid_module'),
  'missing privilege as one item, v8 sample': paused('no_permission'),
  'body that is no object': { kind: 'refused', code: 'INVALID_DATA', status: 400 },
  'module without the API': { kind: 'refused', code: 'INVALID_DATA', status: 400 },
  'unknown address, v8 sample': paused('invalid_url'),
  'internal error, v8 sample': { kind: 'in_doubt', pause: 'zoho_unavailable' },
  'too many requests at once': paused('rate_limit'),
  'too many requests, old form, day': paused('credits'),
  'too many requests with a wait, v8 sample': paused('rate_limit', { waitMs: 60_000 }),
};

const two = { operation: 'upsert', records: [{ Last_Name: 'A' }, { Last_Name: 'B' }] } as const;

it.each(recordings('calls'))('$name', ({ name, answer }) => {
  expect(EXPECTED).toHaveProperty([name]);
  expect(classifyWrite(answer, two)).toMatchObject(EXPECTED[name] ?? {});
});

const hour = { kind: 'token', accessToken: '1000.aa.bb', lifetimeMs: 3_600_000 };
const TOKENS: Readonly<Record<string, { readonly refresh: object; readonly code: object }>> = {
  token: { refresh: hour, code: { kind: 'no_refresh_token' } },
  'token, older form with milliseconds': { refresh: hour, code: { kind: 'no_refresh_token' } },
  'refresh token revoked': same('invalid_code'),
  'client unknown': same('invalid_client'),
  'secret wrong': same('invalid_client_secret'),
  throttled: { refresh: { kind: 'throttled' }, code: { kind: 'throttled' } },
  'general error': { refresh: { kind: 'unavailable' }, code: { kind: 'unavailable' } },
};

function same(code: string) {
  return { refresh: { kind: 'dead', code }, code: { kind: 'refused', code } };
}

// "Refresh Access Tokens" shows errors with status 200, and clients saw 400 too.
it.each(
  recordings('tokens').flatMap(({ name, answer }) => [200, 400].map((status) => ({ name, answer, status }))),
)('the token endpoint: $name, HTTP $status', ({ name, answer, status }) => {
  expect(TOKENS).toHaveProperty([name]);
  expect(readTokenAnswer({ status, body: answer.body })).toMatchObject(TOKENS[name]?.refresh ?? {});
  expect(readCodeAnswer({ status, body: answer.body })).toMatchObject(TOKENS[name]?.code ?? {});
});

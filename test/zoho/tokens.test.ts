import { NODE_WORLD } from '../../src/node-world.ts';
import { describe, expect, it } from 'vitest';
import { forgetToken, tokenKey } from '../../src/zoho/token/shared-token-row.ts';
import { resolveHosts } from '../../src/zoho/data-center.ts';
import { clientOf, connected, newSandbox, newTokenCaches, people, upsertOf } from './connected.ts';

const MINUTE = 60_000;
const one = () => upsertOf(people(1));
const answered = { kind: 'answered', items: [{ kind: 'done' }] };

describe('access tokens', () => {
  it('are fetched once for many calls at once, and for processes that start later', async () => {
    const { zoho, control, sandbox, cache } = await connected();
    await Promise.all(people(20).map((person) => zoho.upsert(upsertOf([person]))));
    const later = clientOf(sandbox, cache);
    expect(await later.zoho.upsert(one())).toMatchObject(answered);
    expect((await control.counters()).tokens_issued).toBe(1);
  });

  it('are fetched by one of several processes that start together', async () => {
    const sandbox = await newSandbox();
    const clients = (await newTokenCaches(5)).map((cache) => clientOf(sandbox, cache).zoho);
    for (const answer of await Promise.all(clients.map((zoho) => zoho.upsert(one())))) {
      expect(answer).toMatchObject(answered);
    }
    expect((await sandbox.control.counters()).tokens_issued).toBe(1);
  });

  it('are replaced once after they were revoked, by the process that gets the 401 first', async () => {
    const { zoho, control, sandbox, otherCache } = await connected();
    const other = clientOf(sandbox, otherCache).zoho;
    await zoho.upsert(one());
    await other.upsert(one());
    await control.revokeAccessTokens();
    const answers = await Promise.all([zoho, other, zoho, other].map((client) => client.upsert(one())));
    for (const answer of answers) expect(answer).toMatchObject(answered);
    expect((await control.counters()).tokens_issued).toBe(2);
  });

  it('are replaced without a 401 when they have expired', async () => {
    let skipped = 0;
    const { zoho, control, calls } = await connected(
      {},
      { world: { ...NODE_WORLD, now: () => Date.now() + skipped } },
    );
    await zoho.upsert(one());
    expect(zoho.stats().tokenExpiresAt).toBeGreaterThan(Date.now() + 58 * MINUTE);
    skipped = 61 * MINUTE;
    await control.advanceClock(skipped);
    await zoho.upsert(one());
    expect(calls.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it('are encrypted in the store with a key that the store does not have', async () => {
    const { zoho, sandbox, cache } = await connected();
    await zoho.upsert(one());
    const { clientId, refreshToken } = sandbox.zoho;
    const row = await cache.read(
      tokenKey(resolveHosts({ accountsUrl: sandbox.zoho.accountsUrl }), { clientId, refreshToken }),
    );
    expect(row).toMatchObject({ accepted: true, dead: null, refreshing: null });
    expect(JSON.stringify(row)).not.toMatch(/1000\./);
  });

  it('are never asked for a tenth time in ten minutes', async () => {
    const { zoho, control } = await connected();
    for (let count = 0; count < 9; count += 1) {
      expect(await zoho.upsert(one())).toMatchObject(answered);
      await control.revokeAccessTokens();
    }
    const answer = await zoho.upsert(one());
    expect(answer).toMatchObject({ kind: 'not_done', pause: 'token_throttled' });
    expect('waitMs' in answer && answer.waitMs).toBeGreaterThan(9 * MINUTE);
    expect(await control.counters()).toMatchObject({ tokens_issued: 9, tokens_throttled: 0 });
  });
});

describe('when Zoho throttles tokens', () => {
  const throttled = JSON.stringify({
    error: 'Access Denied',
    error_description: 'too many requests',
    status: 'failure',
  });

  it.each([200, 400])('with HTTP %i, no process asks for ten minutes', async (status) => {
    const { zoho, control, sandbox, cache } = await connected();
    await control.addFault({ on: { operation: 'token' }, effect: { status, body: throttled } });
    const other = clientOf(sandbox, cache).zoho;
    for (const client of [zoho, other, zoho]) {
      const answer = await client.upsert(one());
      expect(answer).toMatchObject({ kind: 'not_done', pause: 'token_throttled' });
      expect('waitMs' in answer && answer.waitMs).toBeGreaterThan(9 * MINUTE);
    }
    expect(await control.requests('token')).toHaveLength(1);
  });
});

describe('a dead connection', () => {
  it('is reported with the command that fixes it, and each process asks Zoho once more', async () => {
    const { zoho, control, sandbox, cache } = await connected();
    await control.revokeRefreshToken(sandbox.zoho.refreshToken);
    for (const client of [zoho, clientOf(sandbox, cache).zoho, zoho]) {
      expect(await client.upsert(one())).toMatchObject({
        kind: 'not_done',
        pause: 'token_dead',
        message: expect.stringContaining('ory-zoho init'),
      });
    }
    expect(await control.requests('token')).toHaveLength(2);
  });

  it('works again with a new refresh token, and with the old one after the row was forgotten', async () => {
    const { zoho, control, sandbox, cache } = await connected();
    await control.addFault({
      on: { operation: 'token' },
      effect: { status: 200, body: '{"error":"invalid_code"}' },
    });
    expect(await zoho.upsert(one())).toMatchObject({ pause: 'token_dead' });
    const refreshToken = await control.issueRefreshToken();
    expect(await clientOf(sandbox, cache, { refreshToken }).zoho.upsert(one())).toMatchObject(answered);

    const { accountsUrl, clientId } = sandbox.zoho;
    await forgetToken(
      cache,
      tokenKey(resolveHosts({ accountsUrl }), { clientId, refreshToken: sandbox.zoho.refreshToken }),
    );
    expect(await zoho.upsert(one())).toMatchObject(answered);
  });

  it('works again after a wrong client secret was corrected', async () => {
    const { sandbox, cache, control } = await connected();
    const wrong = clientOf(sandbox, cache, { clientSecret: 'wrong' }).zoho;
    expect(await wrong.upsert(one())).toMatchObject({
      pause: 'token_dead',
      message: expect.stringContaining('ZOHO_CLIENT_SECRET'),
    });
    expect(await wrong.upsert(one())).toMatchObject({ pause: 'token_dead' });
    expect(await control.requests('token')).toHaveLength(1);
    expect(await clientOf(sandbox, cache).zoho.upsert(one())).toMatchObject(answered);
  });

  it('is not assumed after the client secret was rotated, and another token is fetched', async () => {
    const { zoho, sandbox, cache } = await connected();
    await zoho.upsert(one());
    const rotated = clientOf(sandbox, cache, { clientSecret: 'rotated' }).zoho;
    expect(await rotated.upsert(one())).toMatchObject({ pause: 'token_dead' });
    expect(await clientOf(sandbox, cache).zoho.upsert(one())).toMatchObject(answered);
  });
});

it('pauses and fetches no more tokens when a new token is refused', async () => {
  const { zoho, control } = await connected();
  await control.addFault({
    on: { operation: 'upsert' },
    times: 'always',
    effect: { unauthorized: 'AUTHENTICATION_FAILURE' },
  });
  for (let count = 0; count < 3; count += 1) {
    expect(await zoho.upsert(one())).toMatchObject({ kind: 'not_done', pause: 'wrong_host_or_scope' });
  }
  expect(await control.requests('token')).toHaveLength(1);
});

it('pauses without a call when the token is for another data center', async () => {
  const sandbox = await newSandbox();
  const hosts = resolveHosts({
    apiBaseUrl: 'https://www.zohoapis.eu/crm/v8',
    accountsUrl: sandbox.zoho.accountsUrl,
  });
  const [cache] = await newTokenCaches(1);
  if (cache === undefined) throw new Error('no token cache');
  const { zoho } = clientOf(sandbox, cache, { hosts });
  for (let count = 0; count < 3; count += 1) {
    expect(await zoho.upsert(one())).toMatchObject({
      kind: 'not_done',
      pause: 'wrong_host_or_scope',
      message: expect.stringContaining('ZOHO_DATA_CENTER'),
    });
  }
  expect(await sandbox.control.requests('token')).toHaveLength(1);
});

it('does not refresh for a missing scope', async () => {
  const { zoho, control } = await connected({ scopes: ['ZohoCRM.org.READ'] });
  expect(await zoho.upsert(one())).toMatchObject({ kind: 'not_done', pause: 'scope' });
  expect(await zoho.upsert(one())).toMatchObject({ kind: 'not_done', pause: 'scope' });
  expect(await control.requests('token')).toHaveLength(1);
  expect(await control.requests('upsert')).toHaveLength(2);
});

it.each([
  ['general_error', '{"error":"general_error"}'],
  ['a web page', '<html>'],
])('waits before it asks again after %s', async (_case, body) => {
  const { zoho, control } = await connected();
  await control.addFault({ on: { operation: 'token' }, effect: { status: 200, body } });
  for (let count = 0; count < 3; count += 1) {
    expect(await zoho.upsert(one())).toMatchObject({
      kind: 'not_done',
      pause: 'zoho_unavailable',
      waitMs: expect.any(Number),
    });
  }
  expect(await control.requests('token')).toHaveLength(1);
});

it('asks again when the wait is over', async () => {
  let skipped = 0;
  const { zoho, control } = await connected(
    {},
    { world: { ...NODE_WORLD, now: () => Date.now() + skipped } },
  );
  await control.addFault({ on: { operation: 'token' }, effect: { cut: 'after_commit' } });
  expect(await zoho.upsert(one())).toMatchObject({ kind: 'not_done', pause: 'network', waitMs: 10_000 });
  skipped = 10_001;
  expect(await zoho.upsert(one())).toMatchObject(answered);
});

it('takes over when the process that fetched a token died', async () => {
  const { zoho, sandbox, cache } = await connected();
  const { accountsUrl, clientId, refreshToken } = sandbox.zoho;
  const key = tokenKey(resolveHosts({ accountsUrl }), { clientId, refreshToken });
  const died = { sealed: null, expiresAt: 0, accepted: false, attempts: [], blockedUntil: 0, dead: null };
  await cache.update(key, (_row, now) => ({ ...died, refreshing: { by: 'died', until: now + 300 } }));
  expect(await zoho.upsert(one())).toMatchObject(answered);
});

it('returns at once to a caller that aborts while it waits for a token', async () => {
  const { zoho, control } = await connected();
  const fault = await control.addFault({ on: { operation: 'token' }, effect: { hold: 'before_commit' } });
  const cut = new AbortController();
  const waiting = zoho.upsert(upsertOf(people(1), cut.signal));
  const other = zoho.upsert(one());
  await control.waitForHeld(fault);
  cut.abort();
  expect(await waiting).toMatchObject({ kind: 'aborted' });
  await control.release(fault);
  expect(await other).toMatchObject(answered);
});

it('never shows a token or a secret in what it logs and answers', async () => {
  const { zoho, control, sandbox, logged } = await connected();
  const answers: unknown[] = [await zoho.upsert(one())];
  await control.revokeAccessTokens();
  await control.revokeRefreshToken(sandbox.zoho.refreshToken);
  answers.push(await zoho.upsert(one()));
  await sandbox.pause();
  answers.push(await zoho.upsert(one()));
  const shown = JSON.stringify([answers, logged, zoho.stats()]);
  expect(logged.length).toBeGreaterThan(0);
  expect(shown).not.toMatch(/1000\./);
  expect(shown).not.toContain(sandbox.zoho.clientSecret);
  expect(shown).not.toContain('person0@example.com');
});

import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createOryAdminClient } from '../../src/ory/admin/admin-client.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

const never = new AbortController().signal;
const ID = '9f425a8d-7efc-4768-8f23-7647a74fdf13';
const OTHER = '0b6f7c1e-4f5e-4a0a-8a3e-1d2c3b4a5f60';

test('an email finds the identity that signs in with it, in any spelling', async () => {
  const { ory, control } = await sandboxOry();
  const { id } = await control.createIdentity({ traits: { email: 'Ann+news@Example.org' } });
  await control.createIdentity({ traits: { email: 'bob@example.org' } });
  const search = await ory.findByIdentifier(' ann+NEWS@example.org', never);
  expect(search).toMatchObject({ kind: 'found', identities: [{ id }] });
  expect(JSON.stringify(search)).not.toContain('credentials');
});

test('an email that no identity signs in with finds nothing, and so does an empty one', async () => {
  const { ory, control } = await sandboxOry();
  await control.createIdentity({ traits: { email: 'ann@example.org' } });
  for (const identifier of ['nobody@example.org', '', '  ']) {
    expect(await ory.findByIdentifier(identifier, never)).toEqual({ kind: 'found', identities: [] });
  }
});

test('the read is strongly consistent and filters only by the identifier', async () => {
  const { ory, urls } = await answering([]);
  await ory.findByIdentifier('a+b&c=d@example.org', never);
  expect([...(urls[0]?.searchParams ?? [])]).toEqual([
    ['credentials_identifier', 'a+b&c=d@example.org'],
    ['consistency', 'strong'],
  ]);
});

test('all identities with the identifier come back', async () => {
  const { ory } = await answering([ID, OTHER].map((id) => ({ id, credentials: { password: {} } })));
  expect(await ory.findByIdentifier('+491701234567', never)).toEqual({
    kind: 'found',
    identities: [{ id: ID }, { id: OTHER }],
  });
});

test('the answer of a Kratos that ignores the filter and lists all identities is refused', async () => {
  const { ory } = await answering([{ id: ID }, { id: OTHER }]);
  expect(await ory.findByIdentifier('ann@example.org', never)).toMatchObject({
    kind: 'failed',
    reason: 'unexpected',
    message: expect.stringContaining('newer Kratos'),
  });
});

test('an answer that is not a list is refused', async () => {
  const { ory } = await answering({ identities: [] });
  expect(await ory.findByIdentifier('ann@example.org', never)).toMatchObject({ reason: 'unexpected' });
});

test('a wrong key is reported as such', async () => {
  const { ory } = await sandboxOry('ory_pat_wrong');
  expect(await ory.findByIdentifier('ann@example.org', never)).toMatchObject({ reason: 'unauthorized' });
});

async function sandboxOry(apiKey?: string) {
  const sandbox = await startSandbox();
  const ory = createOryAdminClient({
    adminUrl: sandbox.ory.adminUrl,
    apiKey: apiKey ?? sandbox.ory.apiKey,
  });
  onTestFinished(async () => {
    await ory.close();
    await sandbox.close();
  });
  return { ory, control: sandbox.control };
}

async function answering(json: unknown) {
  const urls: URL[] = [];
  const server = createServer((request, response) => {
    urls.push(new URL(request.url ?? '', 'http://ory'));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ory = createOryAdminClient({ adminUrl: `http://127.0.0.1:${port}` });
  onTestFinished(async () => {
    await ory.close();
    server.close();
  });
  return { ory, urls };
}

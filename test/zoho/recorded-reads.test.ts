/** What the product reads out of recorded answers: a server gives them to the product's client. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { parseFields } from '../../src/zoho/calls/read-fields.ts';
import type { ZohoClient } from '../../src/zoho/client.ts';
import { createZohoClient } from '../../src/zoho/client.ts';
import { resolveHosts } from '../../src/zoho/data-center.ts';
import type { Recording } from '../fixtures/zoho/recorded.ts';
import { recording } from '../fixtures/zoho/recorded.ts';
import { newTokenCaches } from './connected.ts';

/** A client of a server that gives a token, and this answer to everything else. */
async function clientFor({ answer, version }: Recording): Promise<ZohoClient> {
  const server = createServer((request, response) => {
    const isToken = request.url?.startsWith('/oauth/') === true;
    const body = isToken ? recording('tokens', 'token').answer.body : answer.body;
    // The length and the coding of the body belong to the connection it was recorded on.
    response.writeHead(isToken ? 200 : answer.status, isToken ? {} : answer.headers);
    const text = isToken ? { ...Object(body), api_domain: undefined } : body;
    response.end(body === null ? undefined : JSON.stringify(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const [tokenCache] = await newTokenCaches(1);
  if (tokenCache === undefined) throw new Error('no token cache');
  const zoho = createZohoClient({
    hosts: resolveHosts({ apiBaseUrl: `${url}/crm/${version}`, accountsUrl: url }),
    clientId: 'client',
    clientSecret: 'secret',
    refreshToken: 'refresh',
    tokenCache,
  });
  onTestFinished(() => zoho.close());
  return zoho;
}

it("reads the user's name, email and profile", async () => {
  const zoho = await clientFor(recording('reads', 'users'));
  expect(await zoho.currentUser()).toEqual({
    kind: 'user',
    user: { name: 'Ada Sample', email: 'ada@example.com', profile: 'Administrator' },
  });
});

it('reads the org', async () => {
  const zoho = await clientFor(recording('reads', 'org, v5 sample'));
  expect(await zoho.org()).toEqual({
    kind: 'org',
    org: { name: 'zohoo', zgid: '700000003', environment: undefined, edition: 'enterprise' },
  });
});

it('finds nobody if COQL has no rows', async () => {
  const zoho = await clientFor(recording('reads', 'COQL without rows'));
  expect(await lookUp(zoho)).toEqual({ kind: 'found', contacts: [], refused: new Set() });
});

function lookUp(zoho: ZohoClient) {
  return zoho.lookUp({ module: 'Contacts', emails: ['ann@example.com'], oryIds: [], ids: [], select: [] });
}

it('knows every field of a real org, with its type and length', () => {
  const fields = parseFields(recording('fields', 'fields of Leads, v7 sample').answer.body);
  expect(fields.size).toBe(87);
  expect(fields.get('Email')).toMatchObject({ dataType: 'email', length: 100, unique: true });
  expect(fields.get('Last_Name')).toMatchObject({ dataType: 'text', length: 80, mandatory: true });
  expect(fields.get('Lead_Source')).toMatchObject({ dataType: 'picklist', unique: false, writable: true });
});

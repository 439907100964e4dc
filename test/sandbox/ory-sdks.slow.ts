/**
 * Ory's own clients for TypeScript as clients of the sandbox: each admin call that it offers, those that fail
 * too.
 */
import * as network from '@ory/client';
import * as kratos from '@ory/kratos-client';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sandboxFor } from './calls.ts';

const CLIENTS = { '@ory/client': network, '@ory/kratos-client': kratos };
const NOBODY = '00000000-0000-4000-8000-000000000099';

type IdentityApi = kratos.IdentityApi | network.IdentityApi;

function identityApi(name: keyof typeof CLIENTS, { ory }: Sandbox): IdentityApi {
  const { Configuration, IdentityApi } = CLIENTS[name];
  return new IdentityApi(new Configuration({ basePath: ory.adminUrl, accessToken: ory.apiKey }));
}

const thrownSchema = z.object({
  response: z.object({
    status: z.number(),
    data: z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
  }),
});

/** The error of a call as these clients throw it. */
async function refusal(call: Promise<unknown>) {
  const thrown: unknown = await call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
  const { status, data } = thrownSchema.parse(thrown).response;
  const { error }: kratos.ErrorGeneric = data;
  return { status, code: error.code, message: error.message };
}

const person = (name: string) => ({ email: `${name}@example.org`, name: { first: name } });
const body = (name: string): kratos.CreateIdentityBody => ({
  schema_id: 'preset://basic',
  traits: person(name),
});

describe.each([
  ['@ory/client', undefined],
  ['@ory/kratos-client', 'v25.4.0'],
  ['@ory/kratos-client', 'v26.2.0'],
] as const)('%s with %s', (name, oryVersion) => {
  const start = (identities = 0): Promise<Sandbox> =>
    sandboxFor({ identities, ...(oryVersion !== undefined && { oryVersion }) });

  test('the life of an identity', async () => {
    const api = identityApi(name, await start());
    const createIdentityBody = { ...body('ann'), external_id: 'ext-1', metadata_admin: { note: 1 } };
    const { data: ann, status } = await api.createIdentity({ createIdentityBody });
    expect([status, ann.traits]).toEqual([201, person('ann')]);
    expect(ann.credentials?.['password']?.identifiers).toEqual(['ann@example.org']);

    const { data: read } = await api.getIdentity({ id: ann.id, includeCredential: ['password'] });
    expect(read.verifiable_addresses?.[0]).toMatchObject({ value: 'ann@example.org', verified: false });
    expect(read.recovery_addresses?.[0]?.via).toBe('email');
    expect(read.metadata_admin).toEqual({ note: 1 });
    const { data: external } = await api.getIdentityByExternalID({ externalID: 'ext-1' });
    expect(external.id).toBe(ann.id);

    const patched = await api.patchIdentity({
      id: ann.id,
      jsonPatch: [{ op: 'replace', path: '/state', value: 'inactive' }],
    });
    expect(patched.data.state).toBe('inactive');
    const updated = await api.updateIdentity({
      id: ann.id,
      updateIdentityBody: { schema_id: 'preset://basic', traits: person('anna'), state: 'active' },
    });
    expect([updated.data.state, updated.data.traits]).toEqual(['active', person('anna')]);
    expect((await api.deleteIdentity({ id: ann.id })).status).toBe(204);
  });

  test('lists by page tokens, ids and identifiers', async () => {
    const api = identityApi(name, await start(5));
    const first = await api.listIdentities({ pageSize: 3, consistency: 'strong' });
    const [, pageToken = ''] = /page_token=([^&>]+)>; rel="next"/.exec(String(first.headers['link'])) ?? [];
    const second = await api.listIdentities({ pageSize: 3, pageToken });
    const all = [...first.data, ...second.data];
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);

    const [one, two] = all.map(({ id }) => id);
    const some = await api.listIdentities({ ids: [two ?? '', one ?? '', NOBODY] });
    expect(some.data.map(({ id }) => id)).toEqual([one, two]);

    const email = first.data[0]?.verifiable_addresses?.[0]?.value ?? '';
    const found = await api.listIdentities({ credentialsIdentifier: email });
    expect(found.data.map(({ id }) => id)).toEqual([one]);
    expect(found.data[0]?.credentials?.['password']?.identifiers).toEqual([email]);
  });

  test('a batch, with one refused identity', async () => {
    const api = identityApi(name, await start());
    const identities = ['ann', 'ann', 'bob'].map((who) => ({ create: body(who), patch_id: NOBODY }));
    const { data } = await api.batchPatchIdentities({ patchIdentitiesBody: { identities } });
    expect(data.identities?.map(({ action }) => action)).toEqual(['create', 'error', 'create']);
    expect(data.identities?.[1]?.error).toMatchObject({ code: 409 });
  });

  test('schemas', async () => {
    const api = identityApi(name, await start());
    const { data } = await api.listIdentitySchemas();
    expect(data.map(({ id }) => id)).toContain('preset://basic');
    expect((await api.getIdentitySchema({ id: 'preset://sms' })).data).toMatchObject({ title: 'Person' });
  });

  test('calls that fail', async () => {
    const api = identityApi(name, await start());
    await api.createIdentity({ createIdentityBody: body('ann') });
    expect(await refusal(api.createIdentity({ createIdentityBody: body('ann') }))).toEqual({
      status: 409,
      code: 409,
      message: 'The resource could not be created due to a conflict',
    });
    const unfit = { ...body('bob'), traits: { email: 'bob' } };
    expect(await refusal(api.createIdentity({ createIdentityBody: unfit }))).toMatchObject({ code: 400 });
    expect(await refusal(api.listIdentities({ pageToken: 'mine' }))).toMatchObject({ code: 400 });
    const unknown = [
      api.getIdentity({ id: NOBODY }),
      api.getIdentityByExternalID({ externalID: 'none' }),
      api.deleteIdentity({ id: NOBODY }),
      api.patchIdentity({ id: NOBODY, jsonPatch: [{ op: 'remove', path: '/metadata_admin' }] }),
      api.getIdentitySchema({ id: 'none' }),
    ];
    for (const refused of await Promise.all(unknown.map((call) => refusal(call)))) {
      expect(refused).toMatchObject({ status: 404, code: 404 });
    }
  });
});

test('@ory/kratos-client: health and version of a self-hosted Kratos', async () => {
  for (const oryVersion of ['v1.3.1', 'v25.4.0', 'v26.2.0']) {
    const { ory } = await sandboxFor({ oryVersion });
    const api = new kratos.MetadataApi(new kratos.Configuration({ basePath: ory.adminUrl }));
    expect((await api.getVersion()).data).toEqual({ version: oryVersion });
    expect((await api.isReady()).data).toEqual({ status: 'ok' });
    expect((await api.isAlive()).data).toEqual({ status: 'ok' });
  }
});

test('@ory/client: reads, patches and replaces a project', async () => {
  const { ory } = await sandboxFor();
  const api = new network.ProjectApi(
    new network.Configuration({ basePath: ory.consoleUrl, accessToken: ory.workspaceKey }),
  );
  const projectId = ory.project;
  const jsonPatch: network.JsonPatch[] = [{ op: 'replace', path: '/name', value: 'Shop' }];
  const { data: project } = await api.getProject({ projectId });
  expect(project).toMatchObject({ state: 'running', organizations: [] });
  const patched = await api.patchProject({ projectId, jsonPatch });
  expect(patched.data.project.name).toBe('Shop');
  const revisionId = patched.data.project.revision_id;
  const again = await api.patchProjectWithRevision({ projectId, revisionId, jsonPatch });
  expect(again.data.warnings).toEqual([]);
  const setProject = { ...project, cors_admin: {}, cors_public: {} };
  expect((await api.setProject({ projectId, setProject })).data.project.name).toBe('Sandbox');
  expect(await refusal(api.patchProjectWithRevision({ projectId, revisionId, jsonPatch }))).toMatchObject({
    status: 409,
  });
  expect(await refusal(api.getProject({ projectId: NOBODY }))).toMatchObject({ status: 404 });
});

/** `@ory/client-fetch` turns each answer into its own classes. An answer that lacks something makes it throw. */
import {
  Configuration,
  IdentityApi,
  instanceOfBatchPatchIdentitiesResponse,
  instanceOfErrorGeneric,
  instanceOfIdentity,
  instanceOfProject,
  instanceOfSuccessfulProjectUpdate,
  ProjectApi,
  ResponseError,
} from '@ory/client-fetch';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sandboxFor } from './calls.ts';

const NOBODY = '00000000-0000-4000-8000-000000000099';

function identityApi({ ory }: Sandbox): IdentityApi {
  return new IdentityApi(new Configuration({ basePath: ory.adminUrl, accessToken: ory.apiKey }));
}

/** The status of a call that fails, with an error in Ory's form. */
async function refusal(call: Promise<unknown>): Promise<number> {
  const thrown: unknown = await call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
  if (!(thrown instanceof ResponseError)) throw new Error('no answer of Ory', { cause: thrown });
  const body: unknown = await thrown.response.json();
  expect(instanceOfErrorGeneric(z.object({}).loose().parse(body))).toBe(true);
  return thrown.response.status;
}

const body = (name: string) => ({
  schema_id: 'preset://basic',
  traits: { email: `${name}@example.org`, name: { first: name } },
});

test('identities', async () => {
  const api = identityApi(await sandboxFor({ identities: 5 }));
  const ann = await api.createIdentity({ createIdentityBody: { ...body('ann'), external_id: 'ext-1' } });
  const read = await api.getIdentity({ id: ann.id });
  const external = await api.getIdentityByExternalID({ externalID: 'ext-1' });
  const jsonPatch = [{ op: 'replace' as const, path: '/state', value: 'inactive' }];
  const patched = await api.patchIdentity({ id: ann.id, jsonPatch });
  const updateIdentityBody = { ...body('anna'), state: 'active' as const };
  const updated = await api.updateIdentity({ id: ann.id, updateIdentityBody });
  for (const identity of [ann, read, external, patched, updated]) {
    expect(instanceOfIdentity(identity)).toBe(true);
    expect(identity.id).toBe(ann.id);
    expect(identity.created_at).toBeInstanceOf(Date);
    expect(identity.verifiable_addresses?.[0]?.via).toBe('email');
    expect(identity.credentials?.['code']?.identifiers).toHaveLength(1);
  }
  expect([patched.state, updated.state, updated.traits]).toEqual(['inactive', 'active', body('anna').traits]);

  const first = await api.listIdentitiesRaw({ pageSize: 4 });
  const link = first.raw.headers.get('link') ?? '';
  const [, pageToken = ''] = /page_token=([^&>]+)>; rel="next"/.exec(link) ?? [];
  const second = await api.listIdentities({ pageSize: 4, pageToken });
  const all = [...(await first.value()), ...second];
  expect(all.every(instanceOfIdentity)).toBe(true);
  expect(new Set(all.map(({ id }) => id)).size).toBe(6);
  expect(await api.listIdentities({ ids: [ann.id, NOBODY] })).toHaveLength(1);
  const [found] = await api.listIdentities({ credentialsIdentifier: 'anna@example.org' });
  expect(found?.credentials?.['password']?.identifiers).toEqual(['anna@example.org']);
  await api.deleteIdentity({ id: ann.id });
  expect(await refusal(api.getIdentity({ id: ann.id }))).toBe(404);
});

test('batch, schemas, and calls that fail', async () => {
  const api = identityApi(await sandboxFor());
  const identities = ['ann', 'ann'].map((who) => ({ create: body(who), patch_id: NOBODY }));
  const batch = await api.batchPatchIdentities({ patchIdentitiesBody: { identities } });
  expect(instanceOfBatchPatchIdentitiesResponse(batch)).toBe(true);
  expect(batch.identities?.map(({ action }) => action)).toEqual(['create', 'error']);
  expect((await api.listIdentitySchemas()).map(({ id }) => id)).toContain('preset://basic');
  expect(await api.getIdentitySchema({ id: 'preset://sms' })).toMatchObject({ title: 'Person' });

  expect(await refusal(api.createIdentity({ createIdentityBody: body('ann') }))).toBe(409);
  const unfit = { ...body('bob'), traits: { email: 'bob' } };
  expect(await refusal(api.createIdentity({ createIdentityBody: unfit }))).toBe(400);
  expect(await refusal(api.listIdentities({ pageToken: 'mine' }))).toBe(400);
  expect(await refusal(api.deleteIdentity({ id: NOBODY }))).toBe(404);
  expect(await refusal(api.getIdentitySchema({ id: 'none' }))).toBe(404);
});

test('a project', async () => {
  const { ory } = await sandboxFor();
  const api = new ProjectApi(new Configuration({ basePath: ory.consoleUrl, accessToken: ory.workspaceKey }));
  const projectId = ory.project;
  const jsonPatch = [{ op: 'replace' as const, path: '/name', value: 'Shop' }];
  const project = await api.getProject({ projectId });
  expect(instanceOfProject(project)).toBe(true);
  const patched = await api.patchProject({ projectId, jsonPatch });
  const revisionId = patched.project.revision_id;
  const again = await api.patchProjectWithRevision({ projectId, revisionId, jsonPatch });
  const setProject = { ...project, cors_admin: {}, cors_public: {} };
  const replaced = await api.setProject({ projectId, setProject });
  for (const update of [patched, again, replaced]) {
    expect(instanceOfSuccessfulProjectUpdate(update) && instanceOfProject(update.project)).toBe(true);
  }
  expect(replaced.project.services.identity?.config).toEqual(project.services.identity?.config);
  expect(await refusal(api.patchProjectWithRevision({ projectId, revisionId, jsonPatch }))).toBe(409);
  expect(await refusal(api.getProject({ projectId: NOBODY }))).toBe(404);
});

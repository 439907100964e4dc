import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

const projectSchema = z.looseObject({ id: z.string(), revision_id: z.string(), name: z.string() });

async function aProject() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { consoleUrl, project, workspaceKey } = sandbox.ory;
  return async (method: 'GET' | 'PATCH' | 'PUT', more = '', body?: unknown) => {
    const answer = await fetch(`${consoleUrl}/projects/${project}${more}`, {
      method,
      headers: { authorization: `Bearer ${workspaceKey}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const json: unknown = await answer.json();
    return { status: answer.status, json };
  };
}

const rename = [{ op: 'replace', path: '/name', value: 'Shop' }];

test('a patch for the current revision makes a new one; for an older one it is refused', async () => {
  const ask = await aProject();
  const { revision_id } = projectSchema.parse((await ask('GET')).json);
  const { status, json } = await ask('PATCH', `/revision/${revision_id}`, rename);
  const { project } = z.object({ project: projectSchema }).parse(json);
  expect([status, project.name]).toEqual([200, 'Shop']);
  expect(project.revision_id).not.toBe(revision_id);
  expect((await ask('PATCH', `/revision/${revision_id}`, rename)).status).toBe(409);
  expect(projectSchema.parse((await ask('GET')).json)).toEqual(project);
});

test('PUT replaces name and configuration, with warnings for keys that Ory Network ignores', async () => {
  const ask = await aProject();
  const config = { serve: {}, selfservice: { default_browser_return_url: '/x' } };
  const put = { name: 'Shop', organizations: [], services: { identity: { config } } };
  expect(await ask('PUT', '', put)).toMatchObject({
    status: 200,
    json: {
      project: {
        name: 'Shop',
        services: { identity: { config: { selfservice: { default_browser_return_url: '/x' } } } },
      },
      warnings: [{ message: expect.stringContaining('"serve"') }],
    },
  });
  expect((await ask('PUT', '', { name: 'Shop' })).status).toBe(400);
});

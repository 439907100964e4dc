import type { Reply, SandboxRequest } from '../call/http.ts';
import { parseJson } from '../call/http.ts';
import type { Operation } from '../call/operation.ts';
import { plainOperation } from '../call/operation.ts';
import { jsonPatchSchema } from './json-patch.ts';
import { oryError } from './ory-errors.ts';
import type { OryProject } from './ory-project.ts';
import type { OryWorld } from './ory-world.ts';

/** The console API of Ory Network: everything under `/projects/`. */
export function consoleOperation(request: SandboxRequest, { project }: OryWorld): Operation {
  return plainOperation('ory_console', () => {
    if (request.headers.authorization !== `Bearer ${project.workspaceKey}`) {
      return oryError(401, 'Access credentials are invalid');
    }
    if (request.path !== `/projects/${project.id}`) return oryError(404);
    if (request.method === 'GET') return { status: 200, json: project.json() };
    return request.method === 'PATCH' ? patched(project, request.body) : oryError(405);
  });
}

function patched(project: OryProject, body: string): Reply {
  const patch = jsonPatchSchema.safeParse(parseJson(body));
  if (!patch.success) return oryError(400, 'The JSON Patch is malformed');
  const warnings = project.patch(patch.data);
  if (warnings === undefined) return oryError(400, 'Unable to apply the JSON Patch: a path is missing');
  return { status: 200, json: { project: project.json(), warnings } };
}

import { isJsonObject } from '../../../model/json.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import { parseJson } from '../../call/http.ts';
import type { Operation } from '../../call/operation.ts';
import { plainOperation } from '../../call/operation.ts';
import { jsonPatchSchema } from '../json-patch.ts';
import { oryError } from '../ory-errors.ts';
import type { OryProject } from './ory-project.ts';
import type { OryWorld } from '../ory-world.ts';

/** The console API of Ory Network: everything under `/projects/`. */
export function consoleOperation(request: SandboxRequest, { project }: OryWorld): Operation {
  return plainOperation('ory_console', () => {
    if (request.headers.authorization !== `Bearer ${project.workspaceKey}`) {
      return oryError(401, 'Access credentials are invalid');
    }
    const [, id, revision] = /^\/projects\/([^/]+)(?:\/revision\/([^/]+))?$/.exec(request.path) ?? [];
    if (id !== project.id) return oryError(404);
    if (request.method === 'PATCH') return patched(project, request.body, revision);
    if (revision !== undefined) return oryError(405);
    if (request.method === 'PUT') return replaced(project, request.body);
    return request.method === 'GET' ? { status: 200, json: project.json() } : oryError(405);
  });
}

/**
 * @param revision the one that the patch was made for. What Ory answers to another one than the current is not
 * documented; here it is a conflict
 */
function patched(project: OryProject, body: string, revision: string | undefined): Reply {
  if (revision !== undefined && revision !== project.revision) {
    return oryError(409, 'The revision is not the current one');
  }
  const patch = jsonPatchSchema.safeParse(parseJson(body));
  if (!patch.success) return oryError(400, 'The JSON Patch is malformed');
  const warnings = project.patch(patch.data);
  if (warnings === undefined) return oryError(400, 'Unable to apply the JSON Patch: a path is missing');
  return updated(project, warnings);
}

function replaced(project: OryProject, body: string): Reply {
  const given = parseJson(body);
  const warnings = isJsonObject(given) ? project.replace(given) : undefined;
  return warnings === undefined ? oryError(400, 'The project is malformed') : updated(project, warnings);
}

function updated(project: OryProject, warnings: readonly JsonObject[]): Reply {
  return { status: 200, json: { project: project.json(), warnings } };
}

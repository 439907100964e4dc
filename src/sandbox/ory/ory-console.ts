import { randomBytes, randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Reply, SandboxRequest } from '../call/http.ts';
import { parseJson } from '../call/http.ts';
import { applyJsonPatch, jsonPatchSchema } from './json-patch.ts';
import type { Operation } from '../call/operation.ts';
import { plainOperation } from '../call/operation.ts';
import { importedConfig, newProjectConfig } from './ory-console-config.ts';
import { oryError } from './ory-errors.ts';
import type { World } from '../world.ts';

/** One project of Ory Network, as its console API has it. */
export class OryProject {
  readonly id = randomUUID();
  readonly workspaceKey = `ory_wak_${randomBytes(24).toString('base64url')}`;
  #config = newProjectConfig();

  /** The project as `GET /projects/{id}` gives it. */
  json(): JsonObject {
    return {
      id: this.id,
      name: 'Sandbox',
      slug: 'sandbox',
      state: 'running',
      environment: 'dev',
      services: { identity: { config: this.#config } },
    };
  }

  /** Applies a JSON Patch. @returns warnings about what was ignored; undefined: the patch does not fit the project */
  patch(patch: Parameters<typeof applyJsonPatch>[1]): JsonObject[] | undefined {
    const changed = applyJsonPatch(this.json(), patch);
    const config = configIn(changed);
    if (config === undefined) return undefined;
    const { config: imported, ignored } = importedConfig(config);
    this.#config = imported;
    return ignored.map((key) => ({
      code: 1,
      message: `The key "${key}" can not be imported to the Ory Network and was ignored.`,
    }));
  }
}

/** Ory Network's console API: everything under `/projects/`. */
export function consoleOperation(request: SandboxRequest, { project }: World): Operation {
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

function configIn(project: Json | undefined): JsonObject | undefined {
  const steps = ['services', 'identity', 'config'];
  const found = steps.reduce<Json | undefined>(
    (here, key) => (isJsonObject(here) ? here[key] : undefined),
    project,
  );
  return isJsonObject(found) ? found : undefined;
}

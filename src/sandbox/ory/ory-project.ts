import { randomBytes, randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import { applyJsonPatch } from './json-patch.ts';
import { importedConfig, newProjectConfig } from './ory-console-config.ts';

/** One project of Ory Network as its console API knows it. */
export class OryProject {
  readonly id = randomUUID();
  readonly workspaceKey = `ory_wak_${randomBytes(24).toString('base64url')}`;
  #config = newProjectConfig();

  /** The project as `GET /projects/{id}` returns it. */
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

  /**
   * Applies a JSON Patch.
   * @returns warnings about ignored keys; undefined if the patch does not fit the project
   */
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

function configIn(project: Json | undefined): JsonObject | undefined {
  const steps = ['services', 'identity', 'config'];
  const found = steps.reduce<Json | undefined>(
    (here, key) => (isJsonObject(here) ? here[key] : undefined),
    project,
  );
  return isJsonObject(found) ? found : undefined;
}

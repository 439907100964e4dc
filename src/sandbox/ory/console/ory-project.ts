import type { Json, JsonObject } from '../../../model/json.ts';
import type { World } from '../../../model/world.ts';
import { isJsonObject } from '../../../model/json.ts';
import { applyJsonPatch } from '../json-patch.ts';
import { importedConfig, newProjectConfig } from './ory-console-config.ts';

/** One project of Ory Network as its console API knows it. */
export class OryProject {
  readonly id: string;
  readonly workspaceKey: string;
  readonly #outside: Pick<World, 'uuid' | 'bytes'>;
  readonly #workspace: string;
  #config = newProjectConfig();
  #revision: string;
  #name = 'Sandbox';

  constructor(outside: Pick<World, 'uuid' | 'bytes'>) {
    this.#outside = outside;
    this.id = outside.uuid();
    this.workspaceKey = `ory_wak_${outside.bytes(24).toString('base64url')}`;
    this.#workspace = outside.uuid();
    this.#revision = outside.uuid();
  }

  /** Changes with every change of the project. */
  get revision(): string {
    return this.#revision;
  }

  /** The project as `GET /projects/{id}` returns it (Ory API, schema `project`). */
  json(): JsonObject {
    return {
      id: this.id,
      revision_id: this.#revision,
      workspace_id: this.#workspace,
      name: this.#name,
      slug: 'sandbox',
      state: 'running',
      environment: 'dev',
      home_region: 'eu-central',
      organizations: [],
      services: { identity: { config: this.#config } },
    };
  }

  /**
   * Applies a JSON Patch.
   * @returns warnings about ignored keys; undefined if the patch does not fit the project
   */
  patch(patch: Parameters<typeof applyJsonPatch>[1]): JsonObject[] | undefined {
    return this.#become(applyJsonPatch(this.json(), patch));
  }

  /** Replaces the name and the configuration, as `PUT /projects/{id}` does. Answers as `patch`. */
  replace(project: JsonObject): JsonObject[] | undefined {
    return this.#become(project);
  }

  #become(project: JsonObject | undefined): JsonObject[] | undefined {
    const config = configIn(project);
    const name = project?.['name'];
    if (config === undefined || typeof name !== 'string') return undefined;
    const { config: imported, ignored } = importedConfig(config);
    this.#config = imported;
    this.#name = name;
    this.#revision = this.#outside.uuid();
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

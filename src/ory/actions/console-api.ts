import { NODE_WORLD } from '../../node-world.ts';
import { request } from 'undici';
import { z } from 'zod';
import { ConfigurationError, OryZohoError, messageOf } from '../../errors.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { openConnections } from '../../outgoing/connections.ts';
import type { PatchOperation } from './edit-json.ts';

/** From "servers" of the Ory Network API reference. */
const DEFAULT_URL = 'https://api.console.ory.sh';
const CALL_TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface ConsoleApiOptions {
  /** The default is Ory's. Otherwise https, or a loopback address. */
  readonly url?: string;
  /** The id of the project, a UUID. */
  readonly project: string;
  /** Workspace API key (`ory_wak_…`). Project API keys are not accepted here. */
  readonly workspaceKey: string;
}

/** Ory Network's API for projects, for one project. Errors never contain the key. */
export interface ConsoleApi {
  /**
   * Reads the project's identity configuration, which is a Kratos configuration without the keys that Ory
   * Network does not have.
   * @throws OryZohoError
   */
  readConfig(): Promise<JsonObject>;
  /**
   * Changes the project. Keys that Ory Network does not have are ignored.
   * @returns Ory's warnings about what it ignored
   * @throws OryZohoError
   */
  patch(operations: readonly PatchOperation[]): Promise<string[]>;
  close(): Promise<void>;
}

const project = z.object({
  services: z.object({ identity: z.object({ config: z.custom<JsonObject>(isJsonObject) }) }),
});
const update = z.object({
  warnings: z
    .array(z.object({ message: z.string() }))
    .nullish()
    .transform((warnings) => (warnings ?? []).map(({ message }) => message)),
});
const oryError = z.object({
  error: z.object({ message: z.string(), reason: z.string().optional() }),
});

/** @throws ConfigurationError for an address that the key must not be sent to */
export function createConsoleApi({
  url = DEFAULT_URL,
  project: id,
  workspaceKey,
}: ConsoleApiOptions): ConsoleApi {
  const address = `${baseOf(url)}/projects/${encodeURIComponent(id)}`;
  const connections = openConnections({ mostBytes: MAX_ANSWER_BYTES });

  async function call(method: 'GET' | 'PATCH', operations?: readonly PatchOperation[]): Promise<unknown> {
    const answer = await request(address, {
      dispatcher: connections.to(address),
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${workspaceKey}`,
        'user-agent': 'ory-zoho',
        ...(operations && { 'content-type': 'application/json' }),
      },
      ...(operations && { body: JSON.stringify(operations) }),
      signal: NODE_WORLD.timeout(CALL_TIMEOUT_MS),
    })
      .then(async ({ statusCode, body }) => ({ status: statusCode, text: await body.text() }))
      .catch((error: unknown) => {
        throw new OryZohoError('console_network', `Ory's console API gave no answer: ${messageOf(error)}.`, {
          hint: 'Check the network and ORY_CONSOLE_URL, and try again.',
        });
      });
    const json = parseJson(answer.text);
    if (answer.status !== 200) throw refusal(answer.status, json, id);
    return json;
  }

  return {
    readConfig: async () => parsed(project, await call('GET')).services.identity.config,
    patch: async (operations) => parsed(update, await call('PATCH', operations)).warnings,
    close: () => connections.close(),
  };
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && loopback)) {
    throw new ConfigurationError('bad_console_url', 'ORY_CONSOLE_URL is not an https address.', {
      hint: `Leave it unset for ${DEFAULT_URL}.`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function refusal(status: number, json: unknown, id: string): OryZohoError {
  const said = oryError.safeParse(json).data?.error;
  const why = (said?.reason ?? said?.message ?? 'not JSON from Ory').slice(0, 300);
  const message = `Ory's console API answered ${status}: ${why}.`;
  if (status === 401 || status === 403) {
    return new OryZohoError('console_unauthorized', message, {
      hint: 'Set ORY_WORKSPACE_API_KEY to a workspace API key (ory_wak_…) of the workspace that has the project. It is in Console → workspace settings → API keys.',
      exitCode: 4,
    });
  }
  if (status === 404) {
    return new ConfigurationError('console_project', `${message} This key has no project ${id}.`, {
      hint: 'Set ORY_PROJECT to the project’s id. It is in Console → project settings.',
    });
  }
  return new OryZohoError(status === 429 ? 'console_rate_limit' : 'console_error', message, {
    hint:
      status === 429 || status >= 500 ? 'Wait a minute and try again.' : 'Nothing was changed. Run it again.',
  });
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new OryZohoError('console_answer', "The answer does not have the form of Ory's console API.", {
    hint: 'Check ORY_CONSOLE_URL.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

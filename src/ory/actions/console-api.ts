import { request } from 'undici';
import { z } from 'zod';
import { ConfigurationError, OryZohoError, messageOf } from '../../errors.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { openConnections } from '../../outgoing/connections.ts';
import type { PatchOperation } from './edit-json.ts';

/** "servers" of the Ory Network API reference. */
const DEFAULT_URL = 'https://api.console.ory.sh';
const CALL_TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface ConsoleApiOptions {
  /** Default: Ory's. https, or a loopback address. */
  readonly url?: string;
  /** Id of the project, a UUID. */
  readonly project: string;
  /** Workspace API key (`ory_wak_…`); project API keys do not open this API. */
  readonly workspaceKey: string;
}

/** Ory Network's API of projects, for one project. Errors never hold the key. */
export interface ConsoleApi {
  /**
   * The project's identity configuration: Kratos' configuration, as far as Ory Network has it. @throws
   * OryZohoError
   */
  readConfig(): Promise<JsonObject>;
  /**
   * Changes the project. Keys that Ory Network does not have are ignored.
   * @returns Ory's warnings: what it ignored
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
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    })
      .then(async ({ statusCode, body }) => ({ status: statusCode, text: await body.text() }))
      .catch((error: unknown) => {
        throw new OryZohoError('console_network', `Ory's console API gave no answer: ${messageOf(error)}.`, {
          hint: 'Check the network and ORY_CONSOLE_URL, and run it again.',
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
    throw new ConfigurationError('bad_console_url', 'ORY_CONSOLE_URL is no https address.', {
      hint: `Leave it unset for ${DEFAULT_URL}.`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function refusal(status: number, json: unknown, id: string): OryZohoError {
  const said = oryError.safeParse(json).data?.error;
  const why = (said?.reason ?? said?.message ?? 'no JSON of Ory').slice(0, 300);
  const message = `Ory's console API answered ${status}: ${why}.`;
  if (status === 401 || status === 403) {
    return new OryZohoError('console_unauthorized', message, {
      hint: 'ORY_WORKSPACE_API_KEY has to be a workspace API key (ory_wak_…) of the workspace that the project is in: Console → workspace settings → API keys.',
      exitCode: 4,
    });
  }
  if (status === 404) {
    return new ConfigurationError('console_project', `${message} There is no project ${id} for this key.`, {
      hint: 'Set ORY_PROJECT to the project’s id: Console → project settings.',
    });
  }
  return new OryZohoError(status === 429 ? 'console_rate_limit' : 'console_error', message, {
    hint:
      status === 429 || status >= 500
        ? 'Wait a minute and run it again.'
        : 'Nothing was changed. Run it again.',
  });
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new OryZohoError(
    'console_answer',
    "What answered is not Ory's console API: its answer has another form.",
    {
      hint: 'Check ORY_CONSOLE_URL.',
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

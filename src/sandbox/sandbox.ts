import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { messageOf } from '../errors.ts';
import { Accounts } from './zoho/accounts.ts';
import { accountsOperation } from './zoho/routes/accounts-routes.ts';
import { RecordStore } from './zoho/records/record-store.ts';
import type { Control } from './control/control.ts';
import { controlOver } from './control/control-client.ts';
import { controlOperations } from './control/control-operations.ts';
import { controlReply } from './control/control-routes.ts';
import { crmOperation } from './zoho/routes/crm-routes.ts';
import { exchange } from './exchange.ts';
import { Faults } from './call/faults.ts';
import type { FieldOverride } from './zoho/records/field-table.ts';
import { FieldTable, MODULES } from './zoho/records/field-table.ts';
import type { SandboxRequest } from './call/http.ts';
import { readRequest, sendReply } from './call/http.ts';
import { CallLimits } from './zoho/call-limits.ts';
import type { Operation } from './call/operation.ts';
import { plainOperation } from './call/operation.ts';
import { oryOperation } from './ory/ory-admin.ts';
import { OryProject, consoleOperation } from './ory/ory-console.ts';
import { IdentityStore } from './ory/ory-identities.ts';
import { listSchemas } from './ory/ory-schemas.ts';
import { OryRateLimit } from './ory/ory-rate-limit.ts';
import { recordPage, recordPagePath } from './zoho/routes/record-page.ts';
import { RequestLog } from './call/request-log.ts';
import type { Settings } from './settings.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { SpecValidation } from './zoho/spec-validation.ts';
import type { World } from './world.ts';

export interface SandboxOptions extends Partial<Settings> {
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Further fields, or changes to standard ones, in both modules unless they name one. */
  readonly fields?: readonly FieldOverride[];
  /** How many identities are generated; they take no memory. */
  readonly identities?: number;
}

export interface Sandbox {
  readonly url: string;
  readonly zoho: {
    readonly accountsUrl: string;
    /** The API base of a version, v8 unless named. */
    apiBaseUrl(version?: string): string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly refreshToken: string;
  };
  readonly ory: {
    readonly adminUrl: string;
    readonly apiKey: string;
    readonly consoleUrl: string;
    readonly project: string;
    readonly workspaceKey: string;
  };
  readonly control: Control;
  /** Refuses connections until `resume`, as a host that is down. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends held calls without a commit and closes all connections. */
  close(): Promise<void>;
}

/** Starts a stand-in for Zoho's accounts server, the Zoho CRM API and Ory's admin and console APIs, all on one port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, fields = [], identities = 0, ...settings } = options;
  let url = '';
  const world = createWorld(() => url, { ...DEFAULT_SETTINGS, ...settings }, fields, identities);
  const operations = controlOperations(world);
  // Go takes 1 MiB of header, Node 16 KiB: 500 ids in a query are more than that.
  const server = createServer({ maxHeaderSize: 1024 * 1024 }, (incoming, response) => {
    void answer(incoming, response, world, operations);
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, host);
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : at;
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const boundPort = await listen(port);
  url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  return {
    url,
    zoho: {
      accountsUrl: url,
      apiBaseUrl: (version = 'v8') => `${url}/crm/${version}`,
      clientId: world.accounts.clientId,
      clientSecret: world.accounts.clientSecret,
      refreshToken: world.accounts.newRefreshToken(),
    },
    ory: {
      adminUrl: url,
      apiKey: world.oryApiKey,
      consoleUrl: url,
      project: world.project.id,
      workspaceKey: world.project.workspaceKey,
    },
    control: controlOver(async (name, args) => operations[name]?.(args)),
    pause: stop,
    resume: async () => {
      await listen(boundPort);
    },
    close: async () => {
      world.faults.close();
      await stop();
    },
  };
}

function createWorld(
  url: () => string,
  settings: Settings,
  fields: readonly FieldOverride[],
  identities: number,
): World {
  let clockOffset = 0;
  let lastRecord = 683_000;
  const clock = (): number => Date.now() + clockOffset;
  const nextId = (): string => `7328395${String((lastRecord += 1)).padStart(12, '0')}`;
  return {
    url,
    clock,
    advanceClock: (ms) => (clockOffset += ms),
    settings,
    accounts: new Accounts(settings),
    limits: new CallLimits(settings),
    stores: new Map(
      MODULES.map((name) => [name, new RecordStore(name, new FieldTable(name, fields), nextId)]),
    ),
    identities: new IdentityStore(identities, clock, settings),
    oryRateLimit: new OryRateLimit(settings),
    oryApiKey: `ory_pat_${randomBytes(24).toString('base64url')}`,
    project: new OryProject(),
    faults: new Faults(),
    log: new RequestLog(),
    specs: new SpecValidation(),
    violations: [],
    down: undefined,
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  world: World,
  operations: ReturnType<typeof controlOperations>,
): Promise<void> {
  try {
    const request = await readRequest(incoming);
    if (request.path.startsWith('/_sandbox/')) sendReply(response, await controlReply(request, operations));
    else await serve(request, incoming, response, world);
  } catch (error) {
    // The client went away while it sent, what it sent is no request, or the sandbox has a fault of its own.
    if (!response.headersSent)
      sendReply(response, { status: 500, json: { sandbox_error: messageOf(error) } });
  }
}

async function serve(
  request: SandboxRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
  world: World,
): Promise<void> {
  const startedAt = world.clock();
  const path = incoming.url ?? request.path;
  const operation = operationOf(request, world);
  const fault = world.faults.take(operation.name, `${path}\n${request.body}`);
  const outcome = await exchange(operation, fault, world);
  const endedAt = world.clock();
  world.log.add({
    operation: operation.name,
    method: request.method,
    path,
    records: operation.records,
    status: outcome === 'cut' ? 0 : outcome.status,
    startedAt,
    endedAt,
    durationMs: endedAt - startedAt,
    fault: fault?.id,
    body: request.body === '' ? undefined : request.body,
  });
  if (outcome === 'cut') incoming.socket.destroy();
  else sendReply(response, outcome, fault?.effect.stallMs ?? 0);
}

function operationOf(request: SandboxRequest, world: World): Operation {
  const page = recordPagePath(request.path);
  if (page !== undefined) {
    return plainOperation('record_page', () => recordPage(world.stores.get(page.module), page.id));
  }
  if (request.path.startsWith('/crm/')) return crmOperation(request, world);
  if (request.path.startsWith('/oauth/')) return accountsOperation(request, world);
  if (request.path.startsWith('/admin/')) return oryOperation(request, world);
  if (request.path.startsWith('/projects/')) return consoleOperation(request, world);
  if (request.path === '/schemas') return plainOperation('ory_list', listSchemas);
  return plainOperation('unknown', () => ({ status: 404, json: { error: 'nothing here' } }));
}

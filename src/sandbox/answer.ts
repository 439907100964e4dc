import type { Fault } from './call/faults.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../errors.ts';
import type { SandboxRequest } from './call/http.ts';
import { readRequest, sendReply } from './call/http.ts';
import type { Operation } from './call/operation.ts';
import { plainOperation } from './call/operation.ts';
import type { ControlOperation } from './control/control-operation.ts';
import { controlReply } from './control/control-routes.ts';
import { exchange } from './exchange.ts';
import { isOryPath, oryOperation } from './ory/ory-admin.ts';
import { consoleOperation } from './ory/console/ory-console.ts';
import type { SandboxWorld } from './world.ts';
import { accountsOperation } from './zoho/routes/accounts-routes.ts';
import { crmOperation } from './zoho/routes/crm-routes.ts';
import { recordPage, recordPagePath } from './zoho/routes/record-page.ts';

/** Answers every request to the sandbox's port: control operations, and calls to the Zoho and Ory halves. */
export async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  world: SandboxWorld,
  operations: Readonly<Record<string, ControlOperation>>,
): Promise<void> {
  try {
    const request = await readRequest(incoming);
    if (request.path.startsWith('/_sandbox/')) sendReply(response, await controlReply(request, operations));
    else await serve(request, incoming, response, world);
  } catch (error) {
    // The client disconnected while sending, sent an invalid request, or hit a bug in the sandbox.
    if (!response.headersSent)
      sendReply(response, { status: 500, json: { sandbox_error: messageOf(error) } });
  }
}

async function serve(
  request: SandboxRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
  world: SandboxWorld,
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
  else sendReply(response, outcome, stallOf(fault, world));
}

function operationOf(request: SandboxRequest, world: SandboxWorld): Operation {
  const page = recordPagePath(request.path);
  if (page !== undefined) {
    return plainOperation('record_page', () => recordPage(world.stores.get(page.module), page.id));
  }
  if (request.path.startsWith('/crm/')) return crmOperation(request, world);
  if (request.path.startsWith('/oauth/')) return accountsOperation(request, world);
  if (isOryPath(request.path)) return oryOperation(request, world);
  if (request.path.startsWith('/projects/')) return consoleOperation(request, world);
  return plainOperation('unknown', () => ({ status: 404, json: { error: 'nothing here' } }));
}

function stallOf(fault: Fault | undefined, { outside }: SandboxWorld) {
  const ms = fault?.effect.stallMs;
  return ms === undefined ? undefined : { ms, outside };
}

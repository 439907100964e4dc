import type { SandboxRequest } from './call/http.ts';
import type { Operation } from './call/operation.ts';
import { plainOperation } from './call/operation.ts';
import { exchange } from './exchange.ts';
import type { Outcome } from './exchange.ts';
import { consoleOperation } from './ory/console/ory-console.ts';
import { isOryPath, oryOperation } from './ory/ory-admin.ts';
import type { SandboxWorld } from './world.ts';
import { accountsOperation } from './zoho/routes/accounts-routes.ts';
import { crmOperation } from './zoho/routes/crm-routes.ts';
import { recordPage, recordPagePath } from './zoho/routes/record-page.ts';

export interface CarriedOut {
  readonly outcome: Outcome;
  /** The second half of the body comes this much later. Undefined if it comes at once. */
  readonly stallMs: number | undefined;
}

/**
 * Carries out one call to the Zoho and Ory halves, with the fault that applies to it, and logs it.
 * @param path with its query
 */
export async function carryOut(
  request: SandboxRequest,
  path: string,
  world: SandboxWorld,
): Promise<CarriedOut> {
  const startedAt = world.clock();
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
  return { outcome, stallMs: fault?.effect.stallMs };
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

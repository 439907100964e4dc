import type { OperationName } from '../../call/operation.ts';

/** The scopes of each operation; one of them is enough (Zoho CRM API, the "Scope" section of each page). */
const MODULE_ACTIONS: Partial<Record<OperationName, readonly string[]>> = {
  upsert: ['ALL', 'WRITE', 'CREATE'],
  update: ['ALL', 'WRITE', 'UPDATE'],
  delete: ['ALL', 'DELETE'],
  tag: ['ALL', 'WRITE'],
  get: ['ALL', 'READ'],
  list: ['ALL', 'READ'],
  search: ['ALL', 'READ'],
  deleted: ['ALL', 'READ'],
  count: ['ALL', 'READ'],
};

const OTHER: Partial<Record<OperationName, readonly string[]>> = {
  coql: ['ZohoCRM.coql.READ'],
  search: ['ZohoSearch.securesearch.READ'],
  modules: ['ZohoCRM.settings.ALL', 'ZohoCRM.settings.modules.ALL', 'ZohoCRM.settings.modules.READ'],
  fields: ['ZohoCRM.settings.ALL', 'ZohoCRM.settings.fields.ALL', 'ZohoCRM.settings.fields.READ'],
  create_field: ['ZohoCRM.settings.ALL', 'ZohoCRM.settings.fields.ALL', 'ZohoCRM.settings.fields.CREATE'],
  org: ['ZohoCRM.org.ALL', 'ZohoCRM.org.READ'],
  users: ['ZohoCRM.users.ALL', 'ZohoCRM.users.READ'],
};

/**
 * Whether a token with these scopes may call the operation. A COQL query also needs a scope to read its
 * module.
 */
export function allows(
  scopes: readonly string[],
  operation: OperationName,
  module: string | undefined,
): boolean {
  const has = new Set(scopes.map((scope) => scope.toLowerCase()));
  const hasOneOf = (wanted: readonly string[]): boolean =>
    wanted.some((scope) => has.has(scope.toLowerCase()));
  const others = OTHER[operation];
  if (others !== undefined && !hasOneOf(others)) return false;
  const actions = operation === 'coql' ? MODULE_ACTIONS.get : MODULE_ACTIONS[operation];
  if (actions === undefined || module === undefined) return true;
  return hasOneOf(
    actions.flatMap((action) => [`ZohoCRM.modules.${action}`, `ZohoCRM.modules.${module}.${action}`]),
  );
}

import { fail, ok, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** Whether a read of doctor showed that a scope is there. Undefined if the read failed for another reason. */
export type Shown = boolean | undefined;

interface OptionalScope {
  /** The narrowest scope that is enough. */
  readonly name: string;
  /** Scopes that include it. */
  readonly also: readonly string[];
  readonly lost: string;
}

const OPTIONAL = {
  coql: {
    name: 'ZohoCRM.coql.READ',
    also: ['ZohoCRM.coql.ALL'],
    lost: "contacts are not looked up before writing. Zoho alone decides which contact matches, and it goes unnoticed if a salesperson typed the email into another identity's contact",
  },
  fields: {
    name: 'ZohoCRM.settings.fields.READ',
    also: ['ZohoCRM.settings.fields.ALL', 'ZohoCRM.settings.ALL', 'ZohoCRM.settings.READ'],
    lost: "the built-in lengths of fields are used instead of your organisation's, and the mapping is not checked against its fields",
  },
  org: {
    name: 'ZohoCRM.org.READ',
    also: ['ZohoCRM.org.ALL'],
    lost: 'the store cannot tell your Zoho organisation from another',
  },
} satisfies Record<string, OptionalScope>;

export type OptionalName = keyof typeof OPTIONAL;

const FIX = 'Run "ory-zoho init" to connect again with all scopes.';

/**
 * Checks the scopes of the connection. A fresh token comes with the list of its scopes. For a cached token
 * only the reads show them; whether it may write stays open, because doctor writes nothing.
 * @param needsCoql the line of the mapping that needs contact look-ups; null if there is none
 */
export function checkScopes(
  module: string,
  granted: readonly string[] | undefined,
  shown: { readonly [Name in OptionalName]: Shown },
  needsCoql: string | null,
): Finding[] {
  const has = granted === undefined ? undefined : hasAnyOf(granted);
  const problems = [...missingNeeded(module, has)];
  for (const name of ['coql', 'fields', 'org'] as const) {
    const scope: OptionalScope = OPTIONAL[name];
    const there = shown[name] ?? has?.([scope.name, ...scope.also]);
    if (there !== false) continue;
    problems.push(
      name === 'coql' && needsCoql !== null
        ? fail('scopes', `without ${scope.name} newcomers wait (needs_coql): ${needsCoql} needs it`, FIX)
        : warn('scopes', `without ${scope.name}, ${scope.lost}`, FIX),
    );
  }
  if (problems.length > 0) return problems;
  return [
    ok(
      'scopes',
      has === undefined
        ? 'all reads work; run doctor again in some minutes to check writing with a fresh token'
        : `may write ${module}; all optional scopes are there`,
    ),
  ];
}

function missingNeeded(module: string, has: ReturnType<typeof hasAnyOf> | undefined): Finding[] {
  if (has === undefined) return [];
  const may = (actions: readonly string[]) =>
    has(actions.flatMap((action) => [`ZohoCRM.modules.${action}`, `ZohoCRM.modules.${module}.${action}`]));
  const missing = [
    ...(may(['ALL', 'WRITE', 'CREATE']) ? [] : ['create']),
    ...(may(['ALL', 'WRITE', 'UPDATE']) ? [] : ['update']),
  ];
  if (missing.length === 0) return [];
  const scope = `ZohoCRM.modules.${module.toLowerCase()}.ALL`;
  return [fail('scopes', `without ${scope} nothing can ${missing.join(' or ')} ${module}`, FIX)];
}

/** In scopes, Zoho writes the module's name in lower case or capitalized. */
function hasAnyOf(granted: readonly string[]) {
  const known = new Set(granted.map((scope) => scope.toLowerCase()));
  return (scopes: readonly string[]) => scopes.some((scope) => known.has(scope.toLowerCase()));
}

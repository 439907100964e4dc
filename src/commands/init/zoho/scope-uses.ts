import { looksFirst } from '../../../mapping/file/needs-coql.ts';
import type { AdoptPolicy } from '../../../model/policy.ts';

/** One thing a connection is for, and the OAuth scopes that allow it (Zoho CRM API, "Scopes"). */
export interface ScopeUse {
  /** The scope we ask for. */
  readonly scope: string;
  readonly use: string;
  /** What does not work without it; undefined if nothing works. */
  readonly lost: string | undefined;
  /** Other scopes that allow it, too. */
  readonly allowedBy: readonly string[];
}

/** The chosen features that need their own scopes; undefined if not asked yet. */
export interface Features {
  /** API name, such as Contacts. */
  readonly module: string;
  readonly oryIdField: string | undefined;
  readonly adopt: AdoptPolicy | undefined;
  /** Whether the mapping does not let unverified emails adopt existing contacts. */
  readonly needsCoql?: boolean;
}

/** What the connection is used for, with the fewest scopes for the features. */
export function scopeUses({ module, oryIdField, adopt, needsCoql = false }: Features): readonly ScopeUse[] {
  const records = module.toLowerCase();
  const onRecords = (use: string, actions: readonly string[], lost?: string): ScopeUse => ({
    scope: `ZohoCRM.modules.${records}.ALL`,
    use,
    lost,
    allowedBy: actions.flatMap((action) => [
      `ZohoCRM.modules.${action}`,
      `ZohoCRM.modules.${records}.${action}`,
    ]),
  });
  const onFields = (action: string, use: string, lost: string | undefined): ScopeUse => ({
    scope: `ZohoCRM.settings.fields.${action}`,
    use,
    lost,
    allowedBy: [`ZohoCRM.settings.fields.${action}`, 'ZohoCRM.settings.fields.ALL', 'ZohoCRM.settings.ALL'],
  });
  const single = (scope: string, use: string, lost: string | undefined): ScopeUse => ({
    scope,
    use,
    lost,
    allowedBy: [scope, scope.replace(/\.READ$/, '.ALL')],
  });
  const checksField = oryIdField !== undefined && oryIdField !== 'none';
  const creates = oryIdField === undefined || oryIdField === 'create';
  return [
    onRecords(`create ${records}`, ['ALL', 'WRITE', 'CREATE']),
    onRecords(`update ${records}`, ['ALL', 'WRITE', 'UPDATE']),
    onRecords(`read ${records}`, ['ALL', 'READ'], 'records are not looked up before they are written'),
    onRecords(`delete ${records} that you erase`, ['ALL', 'DELETE'], 'records cannot be erased'),
    single(
      'ZohoCRM.coql.READ',
      `look up many ${records} at once before writing`,
      needsCoql || (adopt !== undefined && looksFirst(adopt))
        ? undefined
        : 'Zoho alone decides which contact matches, and `adopt: fill` cannot work',
    ),
    onFields(
      'READ',
      'read the fields and their lengths',
      checksField ? undefined : "Zoho's standard lengths are used, and no Ory-id field can be chosen",
    ),
    ...(creates
      ? [
          onFields(
            'CREATE',
            'create the field Ory Identity ID',
            oryIdField === 'create' ? undefined : 'the field Ory Identity ID cannot be created',
          ),
        ]
      : []),
    single('ZohoCRM.org.READ', 'show which organization this is', 'the organization is not shown'),
    single('ZohoCRM.users.READ', 'show which user this is', 'the user is not shown'),
  ];
}

/** The scopes to ask for, each once. */
export function scopesOf(uses: readonly ScopeUse[]): readonly string[] {
  return [...new Set(uses.map(({ scope }) => scope))];
}

/** The uses that the granted scopes do not allow. Zoho ignores case in scopes. */
export function notAllowed(uses: readonly ScopeUse[], granted: readonly string[]): readonly ScopeUse[] {
  const has = new Set(granted.map((scope) => scope.toLowerCase()));
  return uses.filter(({ allowedBy }) => !allowedBy.some((scope) => has.has(scope.toLowerCase())));
}

/** Whether the use of a scope is allowed. True if the granted scopes are unknown. */
export function isAllowed(
  scope: string,
  uses: readonly ScopeUse[],
  granted: readonly string[] | undefined,
): boolean {
  return granted === undefined || !notAllowed(uses, granted).some((use) => use.scope === scope);
}

import type { ServeConfig } from '../../config/serve-config.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Store } from '../../store/open.ts';
import { tokenCache } from '../../store/token.ts';
import { lookUp } from '../../zoho/calls/coql.ts';
import type { ZohoHosts } from '../../zoho/data-center.ts';
import { readFields } from '../../zoho/calls/read-fields.ts';
import type { FieldsAnswer } from '../../zoho/calls/read-fields.ts';
import { readOrg } from '../../zoho/calls/org.ts';
import type { OrgAnswer } from '../../zoho/calls/org.ts';
import { checkClock } from './check-clock.ts';
import { checkCredits } from './check-credits.ts';
import { checkFields, checkOryIdField } from '../parts/findings/mapped-fields.ts';
import { notChecked, ok, thrown, warn } from '../parts/findings/finding.ts';
import type { CheckName, Finding } from '../parts/findings/finding.ts';
import { lineThatNeedsCoql } from '../../mapping/file/needs-coql.ts';
import { checkScopes } from './check-scopes.ts';
import type { Shown } from './check-scopes.ts';
import { openZohoAccess } from './open-zoho-access.ts';
import type { ZohoAccess } from './open-zoho-access.ts';
import { coqlFinding } from '../parts/findings/coql-finding.ts';
import { failedCall } from '../parts/findings/failed-call.ts';

/** The checks that call Zoho, in their order. None of them writes. */
export const ZOHO_CHECKS = [
  'token',
  'scopes',
  'org',
  'fields',
  'ory_id_field',
  'clock',
  'credits',
] as const satisfies readonly CheckName[];

/** An address that no contact has. Looking it up finds nothing and costs one credit. */
const NOBODY = 'doctor@ory-zoho.invalid';

const TOKEN_PAUSES: ReadonlySet<string> = new Set(['token_dead', 'token_throttled', 'wrong_host_or_scope']);

export interface ZohoChecked {
  readonly config: ServeConfig;
  readonly hosts: ZohoHosts;
  readonly mapping: Mapping;
  readonly store: Store;
}

export async function checkZoho(checked: ZohoChecked, signal: AbortSignal): Promise<Finding[]> {
  const connection = openZohoAccess(checked.config, checked.hosts, tokenCache(checked.store));
  try {
    return await check(checked, connection, signal);
  } catch (error) {
    return withoutToken(thrown('token', error), undefined);
  } finally {
    await connection.close();
  }
}

async function check(
  { config, mapping }: ZohoChecked,
  { tokens, caller, heard, refreshIfCheap }: ZohoAccess,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { module } = mapping;
  await refreshIfCheap();
  const token = await tokens.accessToken(signal);
  if (token.kind !== 'token') return withoutToken(failedCall('token', token), heard.skewMs);
  // This read runs first and alone. It replaces a cached token that was revoked, so the other reads find a
  // new one.
  const fields = await readFields(caller, module, signal);
  if (isTokenFailure(fields)) return withoutToken(failedCall('token', fields), heard.skewMs);
  const [org, found] = await Promise.all([
    readOrg(caller, signal),
    lookUp(caller, { module, emails: [NOBODY], oryIds: [], ids: [], select: [], signal }),
  ]);
  const shown = {
    coql: shownBy(found, 'found'),
    fields: shownBy(fields, 'fields'),
    org: shownBy(org, 'org'),
  };
  const looked = found.kind === 'found' || found.kind === 'no_scope';
  return [
    ok('token', tokenDetail(heard.scopes !== undefined, shown.fields !== undefined)),
    ...(looked
      ? checkScopes(module, heard.scopes, shown, lineThatNeedsCoql(mapping))
      : [
          found.kind === 'refused'
            ? coqlFinding(mapping, { why: 'coql_refused', message: found.message })
            : failedCall('scopes', found),
        ]),
    orgFinding(org),
    ...fieldFindings(fields, mapping, config.oryIdField),
    checkClock(heard.skewMs),
    checkCredits(caller.credits.remaining, [fields, org, found]),
  ];
}

function tokenDetail(fresh: boolean, accepted: boolean): string {
  if (!accepted) return fresh ? 'Zoho gives one' : 'one is cached, but no call has tried it';
  return fresh ? 'Zoho gives one and accepts it' : 'Zoho accepts the cached one';
}

function isTokenFailure(answer: FieldsAnswer): answer is CallFailure {
  return 'pause' in answer && TOKEN_PAUSES.has(answer.pause);
}

function shownBy(answer: { readonly kind: string }, kind: string): Shown {
  if (answer.kind === 'no_scope') return false;
  return answer.kind === kind ? true : undefined;
}

function orgFinding(answer: OrgAnswer): Finding {
  if (answer.kind === 'no_scope') return unreadable('org', 'the organisation');
  if (answer.kind !== 'org') return failedCall('org', answer);
  const { name, zgid, edition, environment } = answer.org;
  return ok(
    'org',
    `${[name, edition, environment].filter((word) => word !== undefined).join(', ')} (${zgid})`,
  );
}

function fieldFindings(answer: FieldsAnswer, mapping: Mapping, oryIdField: string | null): Finding[] {
  if (answer.kind === 'no_scope') {
    return [unreadable('fields', 'the fields'), unreadable('ory_id_field', 'the fields')];
  }
  if (answer.kind !== 'fields') return [failedCall('fields', answer), notChecked('ory_id_field', 'fields')];
  return [
    ...checkFields(mapping, answer.fields, oryIdField),
    checkOryIdField(oryIdField, answer.fields, mapping.module),
  ];
}

function unreadable(check: CheckName, what: string): Finding {
  return warn(check, `not checked: a scope to read ${what} is missing`, 'Fix scopes, then run doctor again.');
}

function withoutToken(token: Finding, skewMs: number | undefined): Finding[] {
  const others = ZOHO_CHECKS.filter((name) => name !== 'token' && (name !== 'clock' || skewMs === undefined));
  const clock = skewMs === undefined ? [] : [checkClock(skewMs)];
  return [token, ...others.map((name) => notChecked(name, 'token')), ...clock];
}

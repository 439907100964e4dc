import { OryZohoError, messageOf, systemRefused } from '../../../errors.ts';

/** The checks of `doctor` in the order they are told: along the way of the data, then the state it is in. */
export const CHECKS = [
  'node',
  'configuration',
  'store',
  'mapping',
  'token',
  'scopes',
  'org',
  'fields',
  'ory_id_field',
  'ory',
  'hooks',
  'empty_bodies',
  'public_url',
  'clock',
  'credits',
  'outbox',
  'failed',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What a check found: the object of `doctor --json`. A check that finds several things gives several of them. */
export interface Finding {
  readonly check: CheckName;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What mends it; null where nothing needs mending. */
  readonly fix: string | null;
}

export function ok(check: CheckName, detail: string): Finding {
  return { check, state: 'ok', detail, fix: null };
}

export function warn(check: CheckName, detail: string, fix: string): Finding {
  return { check, state: 'warn', detail, fix };
}

export function fail(check: CheckName, detail: string, fix: string): Finding {
  return { check, state: 'fail', detail, fix };
}

/** A check that cannot run because an earlier one failed. */
export function notChecked(check: CheckName, because: CheckName): Finding {
  return warn(check, `not checked: ${because} comes first`, `Mend ${because}, then run doctor again.`);
}

/** What was thrown, as a finding: our own errors bring their mend with them. */
export function thrown(check: CheckName, cause: unknown): Finding {
  const error = systemRefused(cause) ?? cause;
  return error instanceof OryZohoError
    ? fail(check, error.message, error.hint)
    : fail(check, messageOf(error), 'Run doctor again; if it stays, report it.');
}

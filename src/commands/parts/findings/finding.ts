import { OryZohoError, messageOf, systemRefused } from '../../../errors.ts';

/** The checks of `doctor` in the order of the report: first along the path of the data, then its state. */
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

/** One finding of a check, as in `doctor --json`. A check can have several. */
export interface Finding {
  readonly check: CheckName;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** How to fix it; null if there is nothing to fix. */
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
  return warn(check, `not checked: ${because} must work first`, `Fix ${because}, then run doctor again.`);
}

/** A finding for an error. Our own errors bring their fix with them. */
export function thrown(check: CheckName, cause: unknown): Finding {
  const error = systemRefused(cause) ?? cause;
  return error instanceof OryZohoError
    ? fail(check, error.message, error.hint)
    : fail(check, messageOf(error), 'Run doctor again; if it keeps failing, report it.');
}

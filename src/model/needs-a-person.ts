import type { PauseReason } from './zoho-answer.ts';

/** Pauses of delivery that end only when a person does something; the others pass by themselves (rule 13). */
export const NEEDS_A_PERSON: ReadonlySet<PauseReason> = new Set([
  'token_dead',
  'wrong_host_or_scope',
  'scope',
  'no_permission',
  'invalid_module',
  'invalid_url',
  'wrong_org',
  'ory_id_field',
]);

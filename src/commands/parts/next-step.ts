/**
 * The next step for a failed row, by its reason. docs/operations.md describes the same steps in more detail.
 */

interface Refused {
  readonly identityId: string;
  readonly kind: 'upsert' | 'delete' | 'erase';
  readonly reason: string;
  readonly field: string | null;
}

/** Reasons that concern a value. They are fixed in Ory or in the mapping. */
const OF_A_VALUE: ReadonlySet<string> = new Set([
  'zoho_invalid_data',
  'zoho_pattern_not_matched',
  'zoho_data_mismatch',
  'zoho_mapping_mismatch',
  'zoho_dependent_field_missing',
  'zoho_dependent_mismatch',
  'zoho_limit_exceeded',
  'zoho_not_allowed',
  'zoho_not_supported',
  'zoho_already_used',
  'zoho_multiple_or_multi_errors',
]);

/** Zoho answered "later" for a week. */
const HELD_IN_ZOHO: ReadonlySet<string> = new Set([
  'zoho_record_locked',
  'zoho_not_approved',
  'zoho_not_reviewed',
  'zoho_record_in_blueprint',
]);

/** The next step as sentences. */
export function nextStepOf({ identityId, kind, reason, field }: Refused): string {
  const retry = `\`ory-zoho failed retry ${identityId}\``;
  if (kind !== 'upsert') {
    return `Zoho does not delete the contact. Find out in Zoho what holds it, or delete it there; then run ${retry}.`;
  }
  if (reason === 'email_taken') {
    return `Two identities have the same email. Change or delete one of them in Ory; then run ${retry}, with --take-over if this identity should get the contact.`;
  }
  if (reason.startsWith('duplicate_')) {
    const name = reason.slice('duplicate_'.length);
    return `Change ${name} in Ory, or in the other record in Zoho; then run ${retry}.`;
  }
  if (reason.startsWith('matched_by_')) {
    const name = reason.slice('matched_by_'.length);
    return `Allow duplicate values for ${name} in Zoho, or remove it from the mapping; then run ${retry}.`;
  }
  if (reason === 'zoho_mandatory_not_found' || reason === 'zoho_expected_field_missing') {
    return `Give ${field ?? 'the field'} a value in the mapping, or make it optional in Zoho; then run ${retry}.`;
  }
  if (OF_A_VALUE.has(reason)) {
    return `Change the value in Ory or in the mapping; either sends it again. After a change in Zoho, run ${retry}.`;
  }
  if (HELD_IN_ZOHO.has(reason))
    return `Release the contact in Zoho (lock, approval, blueprint); then run ${retry}.`;
  if (reason === 'zoho_converted_record' || reason === 'zoho_id_already_converted') {
    return `The lead was converted, and Zoho does not allow changes to it. Run \`ory-zoho failed discard ${identityId}\`.`;
  }
  if (reason === 'zoho_no_permission' || reason === 'zoho_authorization_failed') {
    return `Give the connected Zoho user access to this record (profile, role, territory); then run ${retry}.`;
  }
  if (reason === 'zoho_error') {
    return `Zoho fails on this record only. Check what runs on it in Zoho (workflows, functions); then run ${retry}.`;
  }
  return `Find out in Zoho what holds the record; then run ${retry}.`;
}

/** What a person does about a failed row, by its reason. Pure; docs/operations.md has the same in more words. */

interface Refused {
  readonly identityId: string;
  readonly kind: 'upsert' | 'delete' | 'erase';
  readonly reason: string;
  readonly field: string | null;
}

/** Reasons of Zoho's that are about a value: the change that mends it comes from Ory or the mapping. */
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

/** Zoho said "later" of the record for a week. */
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
    return `Zoho does not delete the contact: see in Zoho what holds it, or delete it there; then ${retry}.`;
  }
  if (reason === 'email_taken') {
    return `Two identities have one email: change or delete one of them in Ory; then ${retry}, with --take-over if this one is to have the contact.`;
  }
  if (reason.startsWith('duplicate_')) {
    const name = reason.slice('duplicate_'.length);
    return `Change ${name} in Ory, or in the other record in Zoho; then ${retry}.`;
  }
  if (reason.startsWith('matched_by_')) {
    const name = reason.slice('matched_by_'.length);
    return `Let ${name} take duplicates in Zoho, or take it out of the mapping; then ${retry}.`;
  }
  if (reason === 'zoho_mandatory_not_found' || reason === 'zoho_expected_field_missing') {
    return `Give ${field ?? 'the field'} a value in the mapping, or make it optional in Zoho; then ${retry}.`;
  }
  if (OF_A_VALUE.has(reason)) {
    return `Change the value in Ory, or the mapping, which tries it again; after a change in Zoho: ${retry}.`;
  }
  if (HELD_IN_ZOHO.has(reason))
    return `Release the contact in Zoho (lock, approval, blueprint); then ${retry}.`;
  if (reason === 'zoho_converted_record' || reason === 'zoho_id_already_converted') {
    return `The lead was converted, and Zoho lets nobody change it: \`ory-zoho failed discard ${identityId}\`.`;
  }
  if (reason === 'zoho_no_permission' || reason === 'zoho_authorization_failed') {
    return `Give the connected Zoho user the right to this record (profile, role, territory); then ${retry}.`;
  }
  if (reason === 'zoho_error') {
    return `Zoho fails on this record alone: see what runs on it in Zoho (workflows, functions); then ${retry}.`;
  }
  return `See in Zoho what holds the record; then ${retry}.`;
}

/**
 * Ory identifies each identity by a UUID. Ory writes UUIDs in lower case, and so do the store and Zoho's
 * field.
 */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The UUID in Ory's form, from any case. Undefined if the text is not a UUID. */
export function uuidIn(text: string): string | undefined {
  const lower = text.toLowerCase();
  return UUID.test(lower) ? lower : undefined;
}

/** Whether the text is a UUID, in any case. */
export function isUuid(text: string): boolean {
  return uuidIn(text) !== undefined;
}

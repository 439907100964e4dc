import type { Carried } from './carry-out.ts';

const AGAIN = '`ory-zoho serve` does it as soon as it can. To wait for it, run the same command again.\n';

/** The next step if Zoho was not searched. */
export const LOOK_YOURSELF =
  'Look in Zoho for a contact with the email of the identity, and delete it there. Or find out why Zoho was not searched (`ory-zoho doctor`), fix it, and run the command again with the email.\n';

/** A note about an erasure that is not done, with the next step. */
export function outcomeNote(identityId: string, carried: Carried): string {
  switch (carried.is) {
    case 'erased':
      return carried.left.length === 0
        ? ''
        : `Still in Zoho: ${carried.left.join(', ')}. Run the same command again.\n`;
    case 'queued':
      return `${carried.message === null ? '' : `Delivery is paused: ${carried.message}\n`}${AGAIN}`;
    case 'held':
      return (
        `Zoho holds the contact: ${heldWords(carried.reason)}${carried.message}\n` +
        'Release it in Zoho, or delete it there; then run the same command again. ' +
        '`ory-zoho serve` retries it for 7 days.\n'
      );
    case 'failed':
      return `Zoho says: ${carried.message}\nRun \`ory-zoho failed show ${identityId}\`.\n`;
  }
}

const HELD: { readonly [reason: string]: string } = {
  zoho_record_locked: 'it is locked. ',
  zoho_not_approved: 'it is in approval. ',
  zoho_not_reviewed: 'it is in review. ',
  zoho_record_in_blueprint: 'it is in a blueprint. ',
};

function heldWords(reason: string | null): string {
  return reason === null ? '' : (HELD[reason] ?? '');
}

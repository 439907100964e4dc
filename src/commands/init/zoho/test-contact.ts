import { randomUUID } from 'node:crypto';
import { OryZohoError } from '../../../errors.ts';
import type { WriteAnswer } from '../../../model/zoho-answer.ts';
import type { ZohoClient } from '../../../zoho/client.ts';
import { done, warn } from '../talk.ts';
import { zohoError } from './zoho-error.ts';

/**
 * Creates a contact as delivery would, without workflows, and deletes it again.
 * @throws OryZohoError if Zoho refuses it
 */
export async function sendTestContact(
  zoho: ZohoClient,
  module: string,
  idField: string | null,
  signal: AbortSignal,
): Promise<void> {
  const id = randomUUID();
  const email = `ory-zoho-test-${id.slice(0, 8)}@example.com`;
  const record = { Email: email, Last_Name: 'ory-zoho test', ...(idField !== null && { [idField]: id }) };
  const contactId = idOf(
    await zoho.upsert({
      module,
      records: [record],
      duplicateCheckFields: [...(idField === null ? [] : [idField]), 'Email'],
      trigger: [],
      signal,
    }),
  );
  done(`Zoho accepted a test contact (${email}, id ${contactId})`);
  const deleted = await zoho.delete({ module, ids: [contactId], signal });
  if (deleted.kind === 'answered' && deleted.items[0]?.kind === 'done') done('and it is deleted again');
  else warn(`It could not be deleted. Delete ${email} in Zoho yourself.`);
}

function idOf(answer: WriteAnswer): string {
  if (answer.kind !== 'answered') throw zohoError('Sending a test contact', answer);
  const [item] = answer.items;
  if (item?.kind === 'done') return item.contactId;
  const error = item?.error;
  const fields = error === undefined || error.fields.length === 0 ? '' : ` (${error.fields.join(', ')})`;
  throw new OryZohoError(
    'test_contact',
    `Zoho refuses a test contact: ${error?.code}, ${error?.message}${fields}.`,
    {
      hint: 'Fix it in Zoho (a mandatory field, a validation rule), or continue without: --test-contact no.',
    },
  );
}

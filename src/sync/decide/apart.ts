/**
 * A separate contact for an identity whose email is on another identity's contact that does not need it. A
 * salesperson typed it in, or the other identity has a new email and its contact was left as it was (rule
 * 21). Pure.
 */
import type { FoundContact } from '../../model/contact.ts';
import type { DecideInput } from './decide-input.ts';
import type { DecideRules } from './decide-rules.ts';
import { fieldsToCreate } from './changed-fields.ts';
import { insertPlan } from './insert-plan.ts';
import { carriesId } from './match.ts';
import { ownFailure } from '../../model/outcome.ts';
import type { Plan } from './plan.ts';

/** @param others the contacts of the other identities */
export function decideApart(
  input: Pick<DecideInput, 'identityId' | 'fields' | 'unseen'>,
  others: readonly [FoundContact, ...FoundContact[]],
  rules: Pick<DecideRules, 'oryIdField' | 'uniqueFields'>,
): Plan {
  const { oryIdField, uniqueFields } = rules;
  const carrier = others.find((contact) => carriesId(input, contact, oryIdField));
  const start = `Contact ${(carrier ?? others[0]).id} is linked to another identity`;
  if (carrier !== undefined) {
    return failing(`${start} and has the Ory id of this one. Correct ${oryIdField} in that contact in Zoho.`);
  }
  if (uniqueFields.has('Email')) {
    return failing(
      `${start}, which does not use this email, and Zoho keeps Email unique. Change the email of that contact in Zoho.`,
    );
  }
  const plan = insertPlan(fieldsToCreate(input.fields), {}, rules);
  // Zoho matches by the Ory id alone. The email would match the contact of the other identity.
  if (oryIdField !== null) return { ...plan, matchBy: [oryIdField] };
  // If the answer to a creation is lost, the contact must be looked up.
  if (input.unseen !== true) return { ...plan, matchBy: [] };
  return failing(
    `${start}, which does not use this email. A second contact with it needs ORY_ID_FIELD, or a look-up in Zoho (ZohoCRM.coql.READ).`,
  );
}

function failing(message: string): Plan {
  return { do: 'fail', failure: ownFailure('email_taken', message) };
}

/**
 * A contact of its own for an identity whose email is on the contact of another identity that does not need it: a salesperson
 * typed it in, or that identity has moved on and its contact is left as it was (rule 21). Pure.
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
    return failing(
      `${start} and carries the Ory id of this one. Correct ${oryIdField} on that contact in Zoho.`,
    );
  }
  if (uniqueFields.has('Email')) {
    return failing(
      `${start}, which does not use this email, and Zoho keeps Email unique. Change the email of that contact in Zoho.`,
    );
  }
  const plan = insertPlan(fieldsToCreate(input.fields), {}, rules);
  // Zoho matches by the Ory id alone; the email would match the contact of the other identity.
  if (oryIdField !== null) return { ...plan, matchBy: [oryIdField] };
  // A creation whose answer is lost has to be looked for.
  if (input.unseen !== true) return { ...plan, matchBy: [] };
  return failing(
    `${start}, which does not use this email. A second contact with it needs ORY_ID_FIELD, or the scope ZohoCRM.coql.READ.`,
  );
}

function failing(message: string): Plan {
  return { do: 'fail', failure: ownFailure('email_taken', message) };
}

import type { AdoptPolicy } from '../../../model/policy.ts';
import { createZohoClient } from '../../../zoho/client.ts';
import type { UnverifiedEmails } from '../../parts/unverified-emails.ts';
import { connect } from './connect-zoho.ts';
import { settleIdField } from './id-field.ts';
import { given, known } from '../answers/known.ts';
import { lookAtZoho } from './look-at-zoho.ts';
import { askAdopt } from '../answers/adopt-answer.ts';
import { memoryTokenCache } from '../../parts/memory-token-cache.ts';
import type { RedeemedConnection } from './redeem-code.ts';
import { isAllowed, scopeUses } from './scope-uses.ts';
import type { Start } from '../start.ts';
import { sendTestContact } from './test-contact.ts';

export interface ZohoSettled {
  readonly connection: RedeemedConnection;
  /** Organization and user; undefined without the scopes for them. */
  readonly who: string | undefined;
  readonly idField: string | null;
  readonly adopt: AdoptPolicy;
  readonly adoptUnverified: boolean;
}

/** Connects to Zoho, checks what is there, and asks what delivery needs to know. */
export async function settleZoho(start: Start, emails: UnverifiedEmails): Promise<ZohoSettled> {
  const { options, settings, ask, present, repeated, signal } = start;
  const { mapping, file } = present;
  const saved = known(settings, 'ORY_ID_FIELD')?.value ?? (repeated ? 'none' : undefined);
  const keeps = repeated && (options.yes || !ask.interactive);
  const wanted = options.oryIdField ?? given(settings, 'ORY_ID_FIELD') ?? (keeps ? saved : undefined);
  const decidedAdopt = options.adopt ?? (file === undefined ? undefined : mapping.contactRules.adopt);
  const needsCoql = options.adoptUnverified === 'false' || !mapping.contactRules.adoptUnverified;
  const uses = scopeUses({ module: mapping.module, oryIdField: wanted, adopt: decidedAdopt, needsCoql });

  const connection = await connect({ options, settings, ask, uses, signal });
  const zoho = createZohoClient({ ...connection, tokenCache: memoryTokenCache() });
  try {
    const { who, fields } = await lookAtZoho(zoho, mapping, signal);
    const may = (scope: string) => isAllowed(scope, uses, connection.scopes);
    const mayCreate = may('ZohoCRM.settings.fields.CREATE');
    const idField = await settleIdField({ zoho, mapping, fields, wanted, saved, mayCreate, ask, signal });
    const adopt = await settleAdopt(start, may('ZohoCRM.coql.READ'));
    const adoptUnverified = await settleUnverified(start, emails, may('ZohoCRM.coql.READ'));
    if (await wantsTest(start)) await sendTestContact(zoho, mapping.module, idField, signal);
    return { connection, who, idField, adopt, adoptUnverified };
  } finally {
    await zoho.close();
  }
}

async function settleAdopt(
  { options, ask, present, repeated }: Start,
  canFill: boolean,
): Promise<AdoptPolicy> {
  const { mapping, file } = present;
  if (options.adopt !== undefined) return options.adopt;
  if (!ask.interactive && (repeated || file !== undefined)) return mapping.contactRules.adopt;
  return askAdopt(ask, mapping.contactRules.adopt, canFill);
}

/**
 * Asked only if Ory verifies emails and contacts can be looked up. Otherwise newcomers would have to wait.
 */
async function settleUnverified(
  { options, ask, present }: Start,
  { listed }: UnverifiedEmails,
  mayLook: boolean,
): Promise<boolean> {
  if (options.adoptUnverified !== undefined) return options.adoptUnverified === 'true';
  const { adoptUnverified } = present.mapping.contactRules;
  if (!ask.interactive || options.yes || listed === 0 || !mayLook) return adoptUnverified;
  return ask.yesNo({
    message: 'May an identity with an unverified email adopt a contact with that email?',
    flag: '--adopt-unverified true or --adopt-unverified false',
    initial: adoptUnverified,
  });
}

async function wantsTest({ options, ask }: Start): Promise<boolean> {
  if (options.testContact !== undefined) return options.testContact === 'yes';
  if (options.yes || !ask.interactive) return false;
  return ask.yesNo({
    message: 'Create a test contact in Zoho and delete it again? No workflow runs.',
    flag: '--test-contact',
    initial: true,
  });
}

import type { OryAdminClient } from '../../ory/admin/admin-client.ts';

/** The ids of the identities that sign in with an email; or why that is not known. */
export type OryAnswer = readonly string[] | { readonly problem: string };

/** Asks Ory, where its admin API is configured. */
export function askOry(ory: OryAdminClient | undefined) {
  return async (email: string): Promise<OryAnswer> => {
    if (ory === undefined) return { problem: 'Ory was not asked: ORY_ADMIN_URL is not set.' };
    const answer = await ory.findByIdentifier(email, new AbortController().signal);
    if (answer.kind === 'failed') return { problem: `Ory was not searched: ${answer.message}` };
    return answer.identities.map(({ id }) => id);
  };
}

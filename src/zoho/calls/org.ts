import { z } from 'zod';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import { readOne } from './read-one.ts';

/** The Zoho organization behind a connection. */
export interface Org {
  readonly name: string;
  /** Zoho's `zgid`, the number of the organization. */
  readonly zgid: string;
  /** `production`, `sandbox` or `developer`. Undefined if Zoho does not say. */
  readonly environment: string | undefined;
  /** `free`, `standard`, `enterprise`, …. Undefined if Zoho does not say. */
  readonly edition: string | undefined;
}

export type OrgAnswer =
  | { readonly kind: 'org'; readonly org: Org }
  /** The connection lacks ZohoCRM.org.READ. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

const word = z.string().min(1).optional().catch(undefined);

const orgSchema = z.object({
  company_name: z.string(),
  zgid: z.string(),
  type: word,
  license_details: z.object({ paid_type: word }).optional().catch(undefined),
});

const orgBody = z.object({ org: z.tuple([orgSchema], z.unknown()) });

/** Reads the organization (Zoho CRM API, "Get Organization Data"). 1 credit. */
export async function readOrg(caller: Caller, signal?: AbortSignal): Promise<OrgAnswer> {
  const result = await readOne(caller, { operation: 'org', path: 'org', signal }, orgBody);
  if (result.kind !== 'ok') return result;
  const { company_name, zgid, type, license_details } = result.value.org[0];
  return {
    kind: 'org',
    org: { name: company_name, zgid, environment: type, edition: license_details?.paid_type },
  };
}

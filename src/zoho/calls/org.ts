import { z } from 'zod';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import { classifyRead, unreadable } from '../answer/classify-write.ts';

/** The Zoho organisation behind a connection. */
export interface Org {
  readonly name: string;
  /** Zoho's `zgid`, the organisation's number. */
  readonly zgid: string;
  /** `production`, `sandbox` or `developer`; undefined where Zoho does not say. */
  readonly environment: string | undefined;
  /** `free`, `standard`, `enterprise`, …; undefined where Zoho does not say. */
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

/** Reads the organisation (Zoho CRM API, "Get Organization Data"). 1 credit. */
export async function readOrg(caller: Caller, signal?: AbortSignal): Promise<OrgAnswer> {
  const result = await caller.call(
    { operation: 'org', method: 'GET', path: 'org', records: 0, signal },
    (answer) => {
      const parsed = orgBody.safeParse(answer.body);
      if (answer.status !== 200 || !parsed.success) {
        return classifyRead(answer, 'data') ?? unreadable(answer.status);
      }
      return { kind: 'ok' as const, value: parsed.data.org[0] };
    },
  );
  if (result.kind === 'not_done' && result.pause === 'scope') return { kind: 'no_scope' };
  if (result.kind !== 'ok') return result;
  const { company_name, zgid, type, license_details } = result.value;
  return {
    kind: 'org',
    org: { name: company_name, zgid, environment: type, edition: license_details?.paid_type },
  };
}

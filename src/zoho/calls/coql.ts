import { z } from 'zod';
import type { FoundContact } from '../../model/contact.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller, Done } from '../call.ts';
import type { TokenRejected } from '../answer/classify-call.ts';
import { classifyRead, unreadable } from '../answer/classify-call.ts';
import type { Criterion, LookUpKeys, Quoting } from './coql-query.ts';
import { columnsOf, criteriaOf, hasQuote, queryOf, QUOTINGS, ROWS } from './coql-query.ts';
import type { HttpResponse } from '../request.ts';

export interface LookUpRequest extends LookUpKeys {
  /** API name, such as Contacts. */
  readonly module: string;
  /** Fields to read besides id, Email and the Ory-id field. */
  readonly select: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export type CoqlAnswer =
  /** The contacts that match any of the keys, each once, oldest id first. */
  | { readonly kind: 'found'; readonly contacts: readonly FoundContact[] }
  /** The connection lacks ZohoCRM.coql.READ. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

interface Page {
  readonly contacts: readonly FoundContact[];
  readonly more: boolean;
}

/**
 * Finds contacts by email, Ory id or id (Zoho CRM API, "COQL"). One query and one credit cover 50 keys and
 * 200 contacts. COQL reads the database; Zoho's search is not used because it lags behind. Zoho compares the
 * emails.
 */
export async function lookUp(caller: Caller, request: LookUpRequest): Promise<CoqlAnswer> {
  const found = new Map<string, FoundContact>();
  for (const criteria of criteriaOf(request)) {
    for (const columns of columnsOf(request.select, request.oryIdField)) {
      const result = await find(caller, request, columns, criteria);
      if (result.kind !== 'found') return result;
      for (const { id, fields } of result.contacts) {
        found.set(id, { id, fields: { ...found.get(id)?.fields, ...fields } });
      }
    }
  }
  return { kind: 'found', contacts: oldestFirst(found.values()) };
}

/** By id, which Zoho counts up. Ids exceed 2^53. */
export function oldestFirst(contacts: Iterable<FoundContact>): FoundContact[] {
  return [...contacts].sort((left, right) => (BigInt(left.id) < BigInt(right.id) ? -1 : 1));
}

/**
 * Runs one query. If it has a quote and Zoho refuses it, it runs once more with the other way to write the
 * quote.
 */
async function find(
  caller: Caller,
  request: LookUpRequest,
  columns: readonly string[],
  criteria: readonly Criterion[],
): Promise<CoqlAnswer> {
  const [doubled, documented] = QUOTINGS;
  const pages = (quoting: Quoting) =>
    allPages(caller, request.signal, (offset) => queryOf(request.module, columns, criteria, quoting, offset));
  const result = await pages(doubled);
  return result.kind === 'refused' && criteria.some(hasQuote) ? pages(documented) : result;
}

async function allPages(
  caller: Caller,
  signal: AbortSignal | undefined,
  queryAt: (offset: number) => string,
): Promise<CoqlAnswer> {
  const contacts: FoundContact[] = [];
  for (let offset = 0; ; offset += ROWS) {
    const result = await caller.call(
      {
        operation: 'coql',
        method: 'POST',
        path: 'coql',
        body: { select_query: queryAt(offset) },
        records: ROWS,
        signal,
      },
      readPage,
    );
    if (result.kind === 'not_done' && result.pause === 'scope') return { kind: 'no_scope' };
    if (result.kind !== 'ok') return result;
    contacts.push(...result.value.contacts);
    if (!result.value.more) return { kind: 'found', contacts };
  }
}

const pageSchema = z.object({
  // An id above 2^53 that came as a number has already been rounded to another id.
  data: z.array(z.looseObject({ id: z.string().regex(/^\d+$/) })),
  info: z.object({ more_records: z.boolean() }),
});

function readPage(answer: HttpResponse): Done<Page> | CallFailure | TokenRejected {
  const failure = classifyRead(answer, 'data');
  if (failure !== undefined) return failure;
  if (answer.status === 204) return { kind: 'ok', value: { contacts: [], more: false } };
  const page = pageSchema.safeParse(answer.body);
  if (!page.success) return unreadable(answer.status);
  const { data, info } = page.data;
  const contacts = data.map(({ id, ...fields }) => ({ id, fields }));
  return { kind: 'ok', value: { contacts, more: info.more_records && contacts.length > 0 } };
}

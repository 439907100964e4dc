import type { z } from 'zod';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { classifyRead, unreadable } from '../answer/classify-call.ts';
import type { Call, Caller, Done } from '../call.ts';

/**
 * Reads something that exists only once, such as the organization. `no_scope`: the connection lacks the scope
 * for this call.
 */
export async function readOne<Value>(
  caller: Caller,
  call: Pick<Call, 'operation' | 'path' | 'signal'>,
  body: z.ZodType<Value>,
): Promise<Done<Value> | { readonly kind: 'no_scope' } | CallFailure> {
  const result = await caller.call<Value>({ ...call, method: 'GET', records: 0 }, (answer) => {
    const parsed = body.safeParse(answer.body);
    if (answer.status === 200 && parsed.success) return { kind: 'ok', value: parsed.data };
    return classifyRead(answer, 'data') ?? unreadable(answer.status);
  });
  return result.kind === 'not_done' && result.pause === 'scope' ? { kind: 'no_scope' } : result;
}

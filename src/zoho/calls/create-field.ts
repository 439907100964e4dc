import { z } from 'zod';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { classifyRead, unreadable } from '../answer/classify-call.ts';
import { readError } from '../answer/error-body.ts';

/** A text field with unique values. */
export interface NewUniqueText {
  /** At most 25 characters. Zoho makes the API name from it. */
  readonly label: string;
  /** In characters, 1 to 255. */
  readonly length: number;
}

export type CreateFieldAnswer =
  | { readonly kind: 'created' }
  /**
   * The field was not made. `code` is Zoho's, such as DUPLICATE_DATA (the label is taken) or LIMIT_EXCEEDED
   * (a module can have two unique fields).
   */
  | { readonly kind: 'not_created'; readonly code: string; readonly message: string }
  /** The connection lacks ZohoCRM.settings.fields.CREATE. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

const answerBody = z.object({ fields: z.array(z.unknown()).length(1) });

/**
 * Creates a unique text field in which upper and lower case are the same (Zoho CRM API, "Create Custom
 * Field"; v7 and newer). The answer does not have its API name, so read the fields again. 10 credits.
 */
export async function createUniqueText(
  caller: Caller,
  module: string,
  field: NewUniqueText,
  signal?: AbortSignal,
): Promise<CreateFieldAnswer> {
  const path = `settings/fields?module=${apiName(module)}`;
  const { label, length } = field;
  const body = {
    fields: [{ field_label: label, data_type: 'text', length, unique: { case_sensitive: false } }],
  };
  const result = await caller.call(
    { operation: 'create_field', method: 'POST', path, body, records: 0, signal },
    (answer) => {
      const items = answerBody.safeParse(answer.body).data?.fields;
      if (items === undefined) return classifyRead(answer, 'data') ?? unreadable(answer.status);
      return { kind: 'ok' as const, value: readError(items[0]) };
    },
  );
  if (result.kind === 'not_done' && result.pause === 'scope') return { kind: 'no_scope' };
  if (result.kind === 'refused') return { kind: 'not_created', code: result.code, message: result.message };
  if (result.kind !== 'ok') return result;
  const error = result.value;
  return error === undefined
    ? { kind: 'created' }
    : { kind: 'not_created', code: error.code, message: error.message };
}

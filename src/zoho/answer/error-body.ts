import { z } from 'zod';

/** An error in Zoho's words, for a whole call or for one record. */
export interface ZohoError {
  /** Zoho's own code, such as INVALID_DATA. */
  readonly code: string;
  readonly message: string;
  readonly details: z.infer<typeof detailsSchema>;
  /** The error as JSON text, cut to 2,000 characters. */
  readonly raw: string;
}

const text = z.string().optional().catch(undefined);

/**
 * The parts of an error's details that we read. All are optional, because old API versions send few of them,
 * and sometimes `[]`.
 */
const detailsSchema = z.object({
  api_name: text,
  json_path: text,
  id: text,
  expected_data_type: text,
  // The samples have a number, the OpenAPI description has text.
  maximum_length: z.union([z.string(), z.number()]).optional().catch(undefined),
  duplicate_record: z
    .object({ id: text, module: z.object({ api_name: text }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  expected_fields: z
    .array(z.object({ api_name: text, json_path: text }))
    .optional()
    .catch(undefined),
  permissions: z.array(z.unknown()).optional().catch(undefined),
  errors: z.array(z.unknown()).optional().catch(undefined),
  retry_after: z.number().optional().catch(undefined),
});

/** In an older form, seen for 429, `code` is a number and `error` holds the word. */
const errorSchema = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  error: text,
  message: text,
  error_info: text,
  details: detailsSchema.catch({}).default({}),
});

/** Reads an error. Undefined if the value is not one, but a success, a record or a web page. */
export function readError(value: unknown): ZohoError | undefined {
  const parsed = errorSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { code, error, message, error_info, details } = parsed.data;
  const word = typeof code === 'string' ? code : (error ?? code?.toString());
  if (word === undefined || word === 'SUCCESS') return undefined;
  return {
    code: word,
    message: (message ?? error_info ?? '').slice(0, 500),
    details,
    raw: JSON.stringify(value).slice(0, 2_000),
  };
}

/**
 * The field of the record that an error points at. Undefined if it points at no field, or at a part of the
 * request outside the records. For `$.data[0].Account_Name.id` the field is Account_Name.
 */
export function fieldOf(details: {
  api_name?: string | undefined;
  json_path?: string | undefined;
}): string | undefined {
  if (details.json_path !== undefined) return /^\$\.data\[\d+\]\.([^.[]+)/.exec(details.json_path)?.[1];
  return details.api_name === 'data' ? undefined : details.api_name;
}

/** Whether an error points at one of the ids, in a call that sends only ids. */
export function namesAnId(details: { json_path?: string | undefined }): boolean {
  return /^\$\.ids\[\d+\]$/.test(details.json_path ?? '');
}

/**
 * The places in the request that an item's errors name. The item should have the same place in the answer.
 */
export function placesOf({ details }: ZohoError): readonly number[] {
  const place = /^\$\.(?:data|ids)\[(\d+)\]/.exec(details.json_path ?? '')?.[1];
  const nested = (details.errors ?? []).flatMap((value) => {
    const error = readError(value);
    return error === undefined ? [] : placesOf(error);
  });
  return place === undefined ? nested : [Number(place), ...nested];
}

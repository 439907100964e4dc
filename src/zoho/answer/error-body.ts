import { z } from 'zod';

/** An error as Zoho words it, of a whole call or of one record. */
export interface ZohoError {
  /** Zoho's own, such as INVALID_DATA. */
  readonly code: string;
  readonly message: string;
  readonly details: z.infer<typeof detailsSchema>;
  /** The error as JSON text, cut to 2,000 characters. */
  readonly raw: string;
}

const text = z.string().optional().catch(undefined);

/**
 * What we read of an error's details. All of it is optional: old API versions send little of it, some of them
 * `[]`.
 */
const detailsSchema = z.object({
  api_name: text,
  json_path: text,
  id: text,
  expected_data_type: text,
  // A number in the samples, text in the OpenAPI description.
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

/** `code` is a number and `error` the word in an older shape, seen for 429. */
const errorSchema = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  error: text,
  message: text,
  error_info: text,
  details: detailsSchema.catch({}).default({}),
});

/** Reads an error; undefined when the value is none: a success, a record, a web page. */
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
 * The field of the record that an error points at; undefined where it points at none, or at a part of the
 * request outside of the records. Of `$.data[0].Account_Name.id` it is Account_Name.
 */
export function fieldOf(details: {
  api_name?: string | undefined;
  json_path?: string | undefined;
}): string | undefined {
  if (details.json_path !== undefined) return /^\$\.data\[\d+\]\.([^.[]+)/.exec(details.json_path)?.[1];
  return details.api_name === 'data' ? undefined : details.api_name;
}

/** Whether an error points at one of the ids of a call that sends nothing else of its records. */
export function namesAnId(details: { json_path?: string | undefined }): boolean {
  return /^\$\.ids\[\d+\]$/.test(details.json_path ?? '');
}

/**
 * The places in the request that an item's errors name; the item should have the same place in the answer.
 */
export function placesOf({ details }: ZohoError): readonly number[] {
  const place = /^\$\.(?:data|ids)\[(\d+)\]/.exec(details.json_path ?? '')?.[1];
  const nested = (details.errors ?? []).flatMap((value) => {
    const error = readError(value);
    return error === undefined ? [] : placesOf(error);
  });
  return place === undefined ? nested : [Number(place), ...nested];
}

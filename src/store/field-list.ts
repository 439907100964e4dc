import { z } from 'zod';
import type { FieldList, FieldMeta } from '../model/contact.ts';
import type { Store } from './open.ts';

const fieldMeta = z.object({
  apiName: z.string(),
  dataType: z.string(),
  length: z.number().exactOptional(),
  unique: z.boolean(),
  mandatory: z.boolean(),
  writable: z.boolean(),
}) satisfies z.ZodType<FieldMeta>;

const row = z.object({ fields: z.string(), age: z.number() });

/** A module's field list as some process last read it from Zoho, and its age in ms. */
export interface StoredFieldList {
  readonly fields: FieldList;
  readonly ageMs: number;
}

export function readFieldList(store: Store, module: string): Promise<StoredFieldList | undefined> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT fields, ${store.database.can.now} - read_at AS age FROM field_list WHERE module = $1`,
      [module],
    );
    if (rows[0] === undefined) return undefined;
    const { fields, age } = row.parse(rows[0]);
    // A list in the form of an older version is read from Zoho again.
    const parsed = z.array(fieldMeta).safeParse(JSON.parse(fields));
    if (!parsed.success) return undefined;
    return { fields: new Map(parsed.data.map((field) => [field.apiName, field])), ageMs: age };
  });
}

/** Saves a list just read from Zoho, for all processes on this store. */
export async function keepFieldList(store: Store, module: string, fields: FieldList): Promise<void> {
  await store.database.write((sql) =>
    sql.run(
      `INSERT INTO field_list (module, read_at, fields) VALUES ($1, ${store.database.can.now}, $2)
       ON CONFLICT (module) DO UPDATE SET read_at = excluded.read_at, fields = excluded.fields`,
      [module, JSON.stringify([...fields.values()])],
    ),
  );
}

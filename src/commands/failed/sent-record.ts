import { builtinFields } from '../../mapping/file/builtin-fields.ts';
import { compileMapping } from '../../mapping/compile.ts';
import type { Mapped } from '../../mapping/mapped.ts';
import { loadMapping } from '../../mapping/file/mapping-file.ts';
import type { Mapping } from '../../mapping/file/mapping-schema.ts';
import type { Identity } from '../../model/identity.ts';
import { parseIdentity } from '../../ory/identity/identity.ts';
import { readFieldList } from '../../store/field-list.ts';
import type { Store } from '../../store/open.ts';
import type { FailedRecord } from '../../store/outbox/failed/failed-list.ts';
import { sourceOf } from './record-source.ts';

/** One field of the record that Zoho refused. */
export interface RecordField {
  readonly field: string;
  /** Where the value comes from, such as `traits.phone`. */
  readonly source: string;
  /** Null if the identity has none. */
  readonly value: unknown;
  /** How many characters it had before it was cut to the field's length. */
  readonly cut_from?: number;
}

export interface SentRecord {
  readonly module: string;
  readonly fields: readonly RecordField[];
  /** The mapping has changed since that delivery, so the record may have been different. */
  readonly mappingChanged: boolean;
}

/** Builds records from identities. */
export interface RecordMaker {
  readonly module: string;
  of(row: FailedRecord): Promise<SentRecord>;
}

/**
 * Rebuilds the records that were sent, from the stored identities, with the configured mapping and the field
 * list that was last read.
 * @throws ConfigurationError for a wrong mapping
 */
export async function recordMaker(
  store: Store,
  mappingFile: string | undefined,
  oryIdField: string | null,
): Promise<RecordMaker> {
  const mapping = await loadMapping(mappingFile);
  const compiled = compileMapping(mapping, oryIdField === null ? {} : { oryIdField });
  const { module } = mapping;
  const stored = await readFieldList(store, module);
  const fields = stored?.fields ?? builtinFields(module);
  return {
    module,
    async of(row) {
      const identity = parseIdentity(JSON.parse(row.payload ?? 'null'));
      const mappingChanged = row.mappingHash !== compiled.hash;
      if (identity === undefined) return { module, fields: [], mappingChanged };
      const mapped = await compiled.evaluate(identity, fields);
      return { module, fields: sentFields(mapping, identity, mapped, oryIdField), mappingChanged };
    },
  };
}

function sentFields(
  mapping: Mapping,
  identity: Identity,
  mapped: Mapped,
  oryIdField: string | null,
): RecordField[] {
  return [...mapped.fields].map(([field, { value, madeUp, cutFrom }]) => {
    const expression = mapping.fields[field]?.value;
    const own = field === oryIdField ? 'id' : 'mapping';
    const source = madeUp
      ? 'made up'
      : expression === undefined
        ? own
        : sourceOf(expression, identity, value);
    return { field, source, value, ...(cutFrom !== undefined && { cut_from: cutFrom }) };
  });
}

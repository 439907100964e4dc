import type { Json, JsonObject } from '../../../model/json.ts';
import type { FieldTable } from './field-table.ts';
import type { FieldOverride } from './field.ts';
import type { ModuleName } from '../modules.ts';
import { RecordIndex } from './record-index.ts';
import { valueOf, withName } from './record-values.ts';
import type { StoredRecord, WriteNote } from './stored-record.ts';
import { TagList, tagNames } from './tag-list.ts';

const KEPT_WRITES = 50;

/** The records of one module: existing ones, those in the recycle bin, and converted leads. */
export class RecordStore {
  readonly module: ModuleName;
  readonly fields: FieldTable;
  readonly #nextId: () => string;
  readonly #records = new Map<string, StoredRecord>();
  readonly #recycleBin = new Map<string, StoredRecord>();
  /** Converted leads. They cannot change, and their values no longer find them. */
  readonly #converted = new Map<string, StoredRecord>();
  readonly tags = new TagList();
  readonly #index: RecordIndex<StoredRecord>;

  constructor(module: ModuleName, fields: FieldTable, nextId: () => string) {
    this.module = module;
    this.fields = fields;
    this.#nextId = nextId;
    this.#index = new RecordIndex(fields, () => this.#records.values());
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): StoredRecord | undefined {
    return this.#records.get(id);
  }

  /** Oldest first, because ids ascend. */
  all(): Iterable<StoredRecord> {
    return this.#records.values();
  }

  /** A record in the recycle bin. */
  deleted(id: string): StoredRecord | undefined {
    return this.#recycleBin.get(id);
  }

  allDeleted(): Iterable<StoredRecord> {
    return this.#recycleBin.values();
  }

  converted(id: string): StoredRecord | undefined {
    return this.#converted.get(id);
  }

  allConverted(): Iterable<StoredRecord> {
    return this.#converted.values();
  }

  /** Deleted or converted records with this text in this field. */
  findAside(where: 'recycle_bin' | 'converted', apiName: string, value: string): readonly StoredRecord[] {
    const aside = where === 'recycle_bin' ? this.#recycleBin : this.#converted;
    return [...aside.values()].filter((record) => this.#index.holds(record, apiName, value));
  }

  /**
   * Records with this text in this field, oldest first. Case is ignored, unless the field is unique with
   * case.
   */
  find(apiName: string, value: string): readonly StoredRecord[] {
    return this.#index.find(apiName, value);
  }

  insert(values: ReadonlyMap<string, Json>, note: WriteNote): StoredRecord {
    const record: StoredRecord = {
      id: this.#nextId(),
      createdAt: note.at,
      modifiedAt: note.at,
      values: new Map(),
      state: 'free',
      writes: 0,
      history: [],
    };
    this.#records.set(record.id, record);
    this.update(record, values, note);
    return record;
  }

  /** Changes the given fields. Null clears a field. */
  update(record: StoredRecord, values: ReadonlyMap<string, Json>, note: WriteNote): void {
    this.#index.remove(record, values.keys());
    for (const [apiName, given] of values) {
      const value = apiName === 'Tag' ? tagNames(given).map((name) => this.tags.named(name)) : given;
      if (value === null) record.values.delete(apiName);
      else record.values.set(apiName, value);
    }
    this.#index.add(record, values.keys());
    record.modifiedAt = note.at;
    record.writes += 1;
    record.history = [...record.history.slice(1 - KEPT_WRITES), note];
  }

  /** Moves a record to the recycle bin. */
  delete(id: string, at: number): boolean {
    const record = this.#take(id);
    if (record === undefined) return false;
    record.deletedAt = at;
    this.#recycleBin.set(id, record);
    return true;
  }

  /** Restores a record from the recycle bin. */
  restore(id: string): StoredRecord | undefined {
    const record = this.#recycleBin.get(id);
    if (record === undefined) return undefined;
    this.#recycleBin.delete(id);
    delete record.deletedAt;
    this.#records.set(id, record);
    this.#index.add(record);
    return record;
  }

  /** Freezes a lead that was converted to a contact. */
  convert(id: string, contactId: string): StoredRecord | undefined {
    const record = this.#take(id);
    if (record === undefined) return undefined;
    record.convertedTo = contactId;
    this.#converted.set(id, record);
    return record;
  }

  /** Adds a field to the module, or changes an existing one. The values in records stay. */
  setField(field: FieldOverride): void {
    this.fields.set(field);
    this.#index.clear();
  }

  /** Removes a field and its values from the module. */
  removeField(apiName: string): boolean {
    for (const record of this.#records.values()) record.values.delete(apiName);
    this.#index.clear();
    return this.fields.remove(apiName);
  }

  /**
   * Merges others into a master. The master keeps its values and takes those it lacks; the other ids are
   * gone.
   */
  merge(master: StoredRecord, otherIds: readonly string[], at: number): void {
    for (const id of otherIds) {
      if (id === master.id) continue;
      const other = this.#take(id);
      if (other === undefined) continue;
      const lacking = new Map([...other.values].filter(([apiName]) => !master.values.has(apiName)));
      const note = { by: 'person', action: 'update', trigger: [], fields: [...lacking.keys()], at } as const;
      this.update(master, lacking, note);
    }
  }

  clear(): void {
    this.#records.clear();
    this.#recycleBin.clear();
    this.#converted.clear();
    this.tags.clear();
    this.#index.clear();
  }

  /** A record as `GET` returns it: its id, and the given fields or all fields of the module. */
  answer(record: StoredRecord, apiNames?: readonly string[]): JsonObject {
    const names = apiNames ?? this.fields.all().map((field) => field.apiName);
    const answer: Record<string, Json> = { id: record.id };
    for (const name of names) {
      if (this.fields.get(name) !== undefined) answer[name] = this.valueOf(record, name);
    }
    return answer;
  }

  /** The value of a field as Zoho shows it. A checkbox is never empty, and a lookup has a name. */
  valueOf(record: StoredRecord, apiName: string): Json {
    const value = valueOf(record, apiName);
    if (value !== null && typeof value !== 'object') return value;
    const type = this.fields.get(apiName)?.dataType;
    if (value === null) return type === 'boolean' ? false : null;
    return type === 'lookup' || type === 'ownerlookup' ? withName(value, type) : value;
  }

  #take(id: string): StoredRecord | undefined {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    this.#records.delete(id);
    this.#index.remove(record);
    return record;
  }
}

import type { Json } from '../../../model/json.ts';
import type { FieldTable } from './field-table.ts';

interface Indexed {
  readonly id: string;
  readonly values: ReadonlyMap<string, Json>;
}

/** Finds records by the text of a field. The index of a field is built at its first lookup. */
export class RecordIndex<Item extends Indexed> {
  readonly #fields: FieldTable;
  readonly #records: () => Iterable<Item>;
  readonly #indexes = new Map<string, Map<string, Set<Item>>>();

  /** @param records all records to search */
  constructor(fields: FieldTable, records: () => Iterable<Item>) {
    this.#fields = fields;
    this.#records = records;
  }

  /**
   * Records with this text in this field, oldest first. Case is ignored, unless the field is unique with
   * case.
   */
  find(apiName: string, value: string): readonly Item[] {
    const found = this.#of(apiName).get(this.#key(apiName, value)) ?? [];
    return [...found].sort((left, right) => (left.id < right.id ? -1 : 1));
  }

  /** Whether this record has this text in this field. The record need not be in the index. */
  holds(record: Item, apiName: string, value: string): boolean {
    return this.#keyOf(record, apiName) === this.#key(apiName, value);
  }

  /** Must be called before a value changes, while the record can still be found by it. */
  remove(record: Item, apiNames: Iterable<string> = this.#indexes.keys()): void {
    for (const apiName of apiNames)
      this.#indexes.get(apiName)?.get(this.#keyOf(record, apiName))?.delete(record);
  }

  add(record: Item, apiNames: Iterable<string> = this.#indexes.keys()): void {
    for (const apiName of apiNames) {
      const index = this.#indexes.get(apiName);
      if (index !== undefined) this.#addTo(index, record, apiName);
    }
  }

  /** Empties the index, because a field has changed. */
  clear(): void {
    this.#indexes.clear();
  }

  #of(apiName: string): Map<string, Set<Item>> {
    const known = this.#indexes.get(apiName);
    if (known !== undefined) return known;
    const index = new Map<string, Set<Item>>();
    for (const record of this.#records()) this.#addTo(index, record, apiName);
    this.#indexes.set(apiName, index);
    return index;
  }

  #addTo(index: Map<string, Set<Item>>, record: Item, apiName: string): void {
    const key = this.#keyOf(record, apiName);
    if (key === '') return;
    const same = index.get(key);
    if (same === undefined) index.set(key, new Set([record]));
    else same.add(record);
  }

  #keyOf(record: Item, apiName: string): string {
    const value = record.values.get(apiName);
    return typeof value === 'string' ? this.#key(apiName, value) : '';
  }

  #key(apiName: string, value: string): string {
    return this.#fields.get(apiName)?.unique?.caseSensitive === true ? value : value.toLowerCase();
  }
}

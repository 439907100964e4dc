import type { CompiledMapping } from '../mapping/compile.ts';
import type { FieldList } from '../model/contact.ts';
import type { CallFailure } from '../model/zoho-answer.ts';
import { builtinFields } from '../mapping/file/builtin-fields.ts';
import { keepFieldList, readFieldList } from '../store/field-list.ts';
import type { Store } from '../store/open.ts';
import type { ZohoClient } from '../zoho/client.ts';

const READ_AGAIN_AFTER_MS = 60 * 60 * 1_000;
/** The list is not read more often than this, however often Zoho refuses values that fit it. */
const OUTDATED_AFTER_MS = 60 * 1_000;

/** Where the list comes from, and which connection it is for. */
export interface FieldSource {
  /** Undefined if there is no store, or if it belongs to another connection. */
  readonly store: Store | undefined;
  readonly zoho: Pick<ZohoClient, 'fields'>;
  readonly mapping: Pick<CompiledMapping, 'module'>;
  readonly oryIdField: string | null;
}

interface Known {
  readonly fields: FieldList;
  /** By this process's monotonic clock. */
  readonly readAt: number;
  /** Set if Zoho's own list cannot be read. The built-in one does not know which fields are unique. */
  readonly builtIn?: true;
}

/**
 * Zoho's field list for the mapping's module, used by delivery and forecasts. Each process reads it from Zoho
 * when it first needs it, every hour, and when Zoho refuses a value that fits it. If Zoho does not return it,
 * the copy in the store is used. That is the last choice, because a person may just have changed something in
 * Zoho.
 */
export class FieldLists {
  readonly #source: FieldSource;
  readonly #keeps: boolean;
  #known: Known | undefined;
  #outdated = false;
  /** When Zoho last failed to return it. Without this, it would be requested again in every round. */
  #refusedAt = -Infinity;

  /** @param keeps whether a list that was read from Zoho is saved in the store; a forecast writes nothing */
  constructor(source: FieldSource, keeps: boolean) {
    this.#source = source;
    this.#keeps = keeps;
  }

  /** @returns the fields, or why Zoho did not return them; without the scope, the built-in ones are used */
  async read(now: number, signal: AbortSignal): Promise<{ kind: 'fields'; fields: FieldList } | CallFailure> {
    if (this.#known === undefined) await this.#takeStored(now);
    const fresh = !this.#outdated && now - (this.#known?.readAt ?? -Infinity) < READ_AGAIN_AFTER_MS;
    const mayAsk = now - this.#refusedAt >= OUTDATED_AFTER_MS;
    if (this.#known !== undefined && (fresh || !mayAsk)) return this.#usable(this.#known);
    const { store, zoho, mapping } = this.#source;
    const answer = await zoho.fields(mapping.module, signal);
    if (answer.kind === 'fields') {
      if (this.#keeps && store !== undefined) await keepFieldList(store, mapping.module, answer.fields);
      this.#know({ fields: answer.fields, readAt: now });
      return this.#usable({ fields: answer.fields });
    }
    if (answer.kind === 'no_scope') {
      const kept = this.#keptInTime(now);
      if (kept !== undefined) return kept;
      const fields = builtinFields(mapping.module);
      this.#know({ fields, readAt: now, builtIn: true });
      return { kind: 'fields', fields };
    }
    if (this.#known === undefined || answer.kind === 'aborted') return answer;
    // An old list is used until Zoho answers again.
    this.#outdated = false;
    this.#refusedAt = now;
    return this.#usable(this.#known);
  }

  /** For one hour, a list that was read is better than the built-in one. */
  #keptInTime(now: number): { kind: 'fields'; fields: FieldList } | undefined {
    if (this.#known === undefined || now - this.#known.readAt >= READ_AGAIN_AFTER_MS) return undefined;
    const kept = this.#usable(this.#known);
    if (kept.kind !== 'fields') return undefined;
    this.#outdated = false;
    this.#refusedAt = now;
    return kept;
  }

  /**
   * Zoho refused a field for something that the list should have shown: its length, its type, or its
   * existence.
   * @returns true if the list is read again before the next round; false if it has just been read
   */
  outdated(now: number): boolean {
    const askedAt = Math.max(this.#known?.readAt ?? now, this.#refusedAt);
    if (now - askedAt < OUTDATED_AFTER_MS) return this.#outdated;
    this.#outdated = true;
    return true;
  }

  #know(known: Known): void {
    this.#known = known;
    this.#outdated = false;
  }

  async #takeStored(now: number): Promise<void> {
    const { store, mapping } = this.#source;
    const stored = store === undefined ? undefined : await readFieldList(store, mapping.module);
    if (stored === undefined) return;
    this.#known = { fields: stored.fields, readAt: now - stored.ageMs };
    this.#outdated = true;
  }

  /** The list last read, usable or not. Undefined if there is none yet. */
  get last(): FieldList | undefined {
    return this.#known?.fields;
  }

  /** Whether the list last read is the built-in one. */
  get isBuiltIn(): boolean {
    return this.#known?.builtIn === true;
  }

  /** If the Ory-id field is not unique, an upsert by it may match the wrong contact. */
  #usable({ fields, builtIn }: Omit<Known, 'readAt'>): { kind: 'fields'; fields: FieldList } | CallFailure {
    const { oryIdField, mapping } = this.#source;
    if (oryIdField === null || builtIn === true || fields.get(oryIdField)?.unique === true)
      return { kind: 'fields', fields };
    // The operator may be about to make it unique.
    this.#outdated = true;
    const message = `ORY_ID_FIELD=${oryIdField} is not a unique field of ${mapping.module} in Zoho.`;
    return { kind: 'not_done', pause: 'ory_id_field', message };
  }
}

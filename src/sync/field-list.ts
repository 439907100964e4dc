import type { CompiledMapping } from '../mapping/compile.ts';
import type { FieldList } from '../model/contact.ts';
import type { CallFailure } from '../model/zoho-answer.ts';
import { builtinFields } from '../mapping/file/builtin-fields.ts';
import { keepFieldList, readFieldList } from '../store/field-list.ts';
import type { Store } from '../store/open.ts';
import type { ZohoClient } from '../zoho/client.ts';

const READ_AGAIN_AFTER_MS = 60 * 60 * 1_000;
/** However often Zoho refuses what fits the list, it is not read more often than this. */
const OUTDATED_AFTER_MS = 60 * 1_000;

/** Where the list comes from, and whom it is for. */
export interface FieldSource {
  /** Undefined: there is none, or it belongs to another connection. */
  readonly store: Store | undefined;
  readonly zoho: Pick<ZohoClient, 'fields'>;
  readonly mapping: Pick<CompiledMapping, 'module'>;
  readonly oryIdField: string | null;
}

interface Known {
  readonly fields: FieldList;
  /** By this process's monotonic clock. */
  readonly readAt: number;
  /** Nobody may read Zoho's own: these tell nothing of what is unique. */
  readonly builtIn?: true;
}

/**
 * Zoho's field list of the mapping's module, for delivery and for forecasts alike: read from Zoho by each process when it first
 * needs it, each hour, and when Zoho refuses what fits it. The one in the store serves where Zoho does not give it: what a
 * person has just changed in Zoho is not to be told as it was an hour ago.
 */
export class FieldLists {
  readonly #source: FieldSource;
  readonly #keeps: boolean;
  #known: Known | undefined;
  #outdated = false;
  /** When Zoho last did not give it: asked for again at every round, it would be asked for without end. */
  #refusedAt = -Infinity;

  /** @param keeps what is read from Zoho goes to the store; a forecast writes nothing */
  constructor(source: FieldSource, keeps: boolean) {
    this.#source = source;
    this.#keeps = keeps;
  }

  /** @returns the fields, or why Zoho did not give them; without the scope the built-in ones serve */
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
    // An old list serves until Zoho answers again.
    this.#outdated = false;
    this.#refusedAt = now;
    return this.#usable(this.#known);
  }

  /** For its hour a list that was read tells more than the built-in one. */
  #keptInTime(now: number): { kind: 'fields'; fields: FieldList } | undefined {
    if (this.#known === undefined || now - this.#known.readAt >= READ_AGAIN_AFTER_MS) return undefined;
    const kept = this.#usable(this.#known);
    if (kept.kind !== 'fields') return undefined;
    this.#outdated = false;
    this.#refusedAt = now;
    return kept;
  }

  /**
   * Zoho refused a field for what the list should have told: its length, its type, that it is there.
   * @returns true when the list is read again before the next round; false when it has just been read
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

  /** The list last read, usable or not; undefined: there is none yet. */
  get last(): FieldList | undefined {
    return this.#known?.fields;
  }

  /** The list last read is the built-in one. */
  get isBuiltIn(): boolean {
    return this.#known?.builtIn === true;
  }

  /** Zoho would match by a field that is not unique whatever it likes. */
  #usable({ fields, builtIn }: Omit<Known, 'readAt'>): { kind: 'fields'; fields: FieldList } | CallFailure {
    const { oryIdField, mapping } = this.#source;
    if (oryIdField === null || builtIn === true || fields.get(oryIdField)?.unique === true)
      return { kind: 'fields', fields };
    // The operator may be about to make it so.
    this.#outdated = true;
    const message = `ORY_ID_FIELD=${oryIdField} is no unique field of ${mapping.module} in Zoho.`;
    return { kind: 'not_done', pause: 'ory_id_field', message };
  }
}

import type { FieldList } from '../model/contact.ts';
import type { CallFailure } from '../model/zoho-answer.ts';
import { builtinFields } from '../mapping/builtin-fields.ts';
import type { DeliveryContext } from './context.ts';

const READ_AGAIN_AFTER_MS = 60 * 60 * 1_000;

/** Zoho's field list of the mapping's module: read once, and again each hour. */
export class FieldLists {
  readonly #context: DeliveryContext;
  #known: { fields: FieldList; readAt: number } | undefined;

  constructor(context: DeliveryContext) {
    this.#context = context;
  }

  /** @returns the fields, or why Zoho did not give them; without the scope the built-in ones serve */
  async read(now: number): Promise<{ kind: 'fields'; fields: FieldList } | CallFailure> {
    if (this.#known !== undefined && now - this.#known.readAt < READ_AGAIN_AFTER_MS) {
      return { kind: 'fields', fields: this.#known.fields };
    }
    const { zoho, mapping, oryIdField } = this.#context;
    const answer = await zoho.fields(mapping.module);
    if (answer.kind !== 'fields' && answer.kind !== 'no_scope') {
      // An old list serves until Zoho answers again.
      return this.#known === undefined ? answer : { kind: 'fields', fields: this.#known.fields };
    }
    const fields = answer.kind === 'fields' ? answer.fields : builtinFields(mapping.module);
    if (answer.kind === 'fields' && oryIdField !== null && fields.get(oryIdField)?.unique !== true) {
      const message = `ORY_ID_FIELD=${oryIdField} is no unique field of ${mapping.module} in Zoho.`;
      return { kind: 'not_done', pause: 'ory_id_field', message };
    }
    this.#known = { fields, readAt: now };
    return { kind: 'fields', fields };
  }
}

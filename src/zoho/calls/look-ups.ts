import type { FoundContact, Unseen } from '../../model/contact.ts';
import type { World } from '../../model/world.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import type { AccessTokens } from '../token/access-token.ts';
import type { ZohoLog } from '../zoho-log.ts';
import type { CoqlAnswer, LookUpRequest } from './coql.ts';
import { lookUp, oldestFirst } from './coql.ts';

export type LookUpAnswer =
  /** The contacts that match any of the keys, each once, oldest id first. */
  | { readonly kind: 'found'; readonly contacts: readonly FoundContact[] }
  | { readonly kind: 'not_allowed'; readonly why: Unseen; readonly message: string }
  | CallFailure;

/**
 * How long a lasting refusal is believed. A try costs at most 3 credits, or 6 with quotes, so it costs at
 * most 576 a day.
 */
const ASK_AGAIN_AFTER_MS = 15 * 60_000;

const NO_SCOPE = 'The connection lacks the scope ZohoCRM.coql.READ.';
/** Keys that no record has, for a query that can only be refused for its form. */
const NO_RECORD = {
  emails: ['nobody@example.com'],
  ids: ['1'],
  oryIds: ['00000000-0000-4000-8000-000000000000'],
};

/**
 * Looks contacts up, and remembers why that is not allowed. A missing scope stays missing as long as the
 * token is the same. A refusal that does not depend on the keys comes from a setting of the org, such as
 * restricted fields ("Compliance settings", GDPR). It may last for ever, and it is no outage.
 */
export class LookUps {
  readonly #caller: Caller;
  readonly #tokens: AccessTokens;
  readonly #log: ZohoLog;
  readonly #world: World;
  #tokenWithoutScope: string | undefined;
  #refused: { readonly module: string; readonly message: string; readonly until: number } | undefined;

  constructor(
    caller: Caller,
    tokens: AccessTokens,
    { log, world }: { readonly log: ZohoLog; readonly world: World },
  ) {
    this.#caller = caller;
    this.#tokens = tokens;
    this.#log = log;
    this.#world = world;
  }

  /**
   * @returns `refused` if Zoho refuses the selected fields; the same keys without fields may then be asked for
   */
  async ask(request: LookUpRequest): Promise<LookUpAnswer> {
    const known = this.#notAllowed(request.module);
    if (known !== undefined) return known;
    const answer = await lookUp(this.#caller, request);
    if (answer.kind === 'no_scope') {
      this.#tokenWithoutScope = this.#tokens.latest?.token;
      return { kind: 'not_allowed', why: 'no_scope', message: NO_SCOPE };
    }
    if (answer.kind !== 'refused' || request.select.length > 0) return answer;
    return this.#afterRefusal(request, answer.message);
  }

  #notAllowed(module: string): Extract<LookUpAnswer, { kind: 'not_allowed' }> | undefined {
    const without = this.#tokenWithoutScope;
    if (without !== undefined && without === this.#tokens.latest?.token) {
      return { kind: 'not_allowed', why: 'no_scope', message: NO_SCOPE };
    }
    const refused = this.#refused;
    if (refused?.module !== module || this.#world.ticks() >= refused.until) return undefined;
    return { kind: 'not_allowed', why: 'coql_refused', message: refused.message };
  }

  /** Zoho refuses either all queries of this form, or one of the values. */
  async #afterRefusal(request: LookUpRequest, message: string): Promise<LookUpAnswer> {
    const { emails, ids, oryIds } = request;
    const control = await lookUp(this.#caller, {
      ...request,
      emails: emails.length > 0 ? NO_RECORD.emails : [],
      ids: ids.length > 0 ? NO_RECORD.ids : [],
      oryIds: oryIds.length > 0 ? NO_RECORD.oryIds : [],
    });
    if (control.kind === 'found') return this.#withoutRefusedValues(request);
    if (control.kind === 'no_scope') return { kind: 'not_allowed', why: 'no_scope', message: NO_SCOPE };
    if (control.kind !== 'refused') return control;
    this.#refused = { module: request.module, message, until: this.#world.ticks() + ASK_AGAIN_AFTER_MS };
    this.#log.warn(
      { reason: message },
      'Zoho refuses to look contacts up (COQL). The next try is in 15 minutes. Until then, contacts are written without a look-up, or wait if the mapping needs one',
    );
    return { kind: 'not_allowed', why: 'coql_refused', message };
  }

  /**
   * Zoho refuses some of the values. They count as found in no record, although Zoho has not searched for
   * them. The others are found in ever smaller groups.
   */
  async #withoutRefusedValues(request: LookUpRequest): Promise<LookUpAnswer> {
    const halves = halvesOf(request);
    if (halves.length === 0) return { kind: 'found', contacts: [] };
    const found = new Map<string, FoundContact>();
    for (const half of halves) {
      const answer: CoqlAnswer | LookUpAnswer = await lookUp(this.#caller, half);
      const known = answer.kind === 'refused' ? await this.#withoutRefusedValues(half) : answer;
      if (known.kind === 'no_scope') return { kind: 'not_allowed', why: 'no_scope', message: NO_SCOPE };
      if (known.kind !== 'found') return known;
      for (const contact of known.contacts) found.set(contact.id, contact);
    }
    return { kind: 'found', contacts: oldestFirst(found.values()) };
  }
}

/** Two requests with half of the keys each. None for a single key. */
function halvesOf(request: LookUpRequest): readonly LookUpRequest[] {
  const keys = (['ids', 'oryIds', 'emails'] as const).flatMap((name) =>
    request[name].map((value) => ({ name, value })),
  );
  if (keys.length <= 1) return [];
  const middle = Math.ceil(keys.length / 2);
  return [keys.slice(0, middle), keys.slice(middle)].map((half) => ({
    ...request,
    ids: half.flatMap(({ name, value }) => (name === 'ids' ? [value] : [])),
    oryIds: half.flatMap(({ name, value }) => (name === 'oryIds' ? [value] : [])),
    emails: half.flatMap(({ name, value }) => (name === 'emails' ? [value] : [])),
  }));
}

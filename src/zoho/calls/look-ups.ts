import type { FoundContact, NotAllowed } from '../../model/contact.ts';
import type { World } from '../../model/world.ts';
import type { CallFailure, Refusal } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import type { AccessTokens } from '../token/access-token.ts';
import type { ZohoLog } from '../zoho-log.ts';
import type { CoqlAnswer, LookUpRequest } from './coql.ts';
import { lookUp, oldestFirst } from './coql.ts';
import { halvesOf, keysOf, withKeys } from './key-groups.ts';
import { RefusedKeys } from './refused-keys.ts';

export type LookUpAnswer =
  | {
      readonly kind: 'found';
      /** The contacts that match any of the keys, each once, oldest id first. */
      readonly contacts: readonly FoundContact[];
      /**
       * The keys that Zoho refuses to look for, as they were given. It is not known whether contacts have
       * them.
       */
      readonly refused: ReadonlySet<string>;
    }
  | { readonly kind: 'not_allowed'; readonly why: NotAllowed; readonly message: string }
  | CallFailure;

type NotFound = Exclude<LookUpAnswer, { kind: 'found' }>;

/**
 * How long a lasting refusal is believed. A try costs at most 3 credits, or 4 with quotes, so it costs at
 * most 384 a day.
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
 * restricted fields ("Compliance settings", GDPR). It may last for ever, and it is no outage. Nor is a
 * refusal of one key: the other keys are looked for without it.
 */
export class LookUps {
  readonly #caller: Caller;
  readonly #tokens: AccessTokens;
  readonly #log: ZohoLog;
  readonly #world: World;
  readonly #refusedKeys = new RefusedKeys();
  /** Selected fields that Zoho refuses, by `formOf`. */
  readonly #refusedFields = new Map<string, { readonly refusal: Refusal; readonly until: number }>();
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
    const known = this.#notAllowed(request.module) ?? this.#fieldsRefused(request);
    if (known !== undefined) return known;
    const now = this.#world.ticks();
    const left = withKeys(request, (key) => !this.#refusedKeys.has(key, now));
    const refused = keysOf(request).filter((key) => this.#refusedKeys.has(key, now));
    const answer = await this.#askFor(left);
    if (answer.kind !== 'found' || refused.length === 0) return answer;
    return { ...answer, refused: new Set([...answer.refused, ...refused]) };
  }

  #notAllowed(module: string): NotFound | undefined {
    const without = this.#tokenWithoutScope;
    if (without !== undefined && without === this.#tokens.latest?.token) {
      return { kind: 'not_allowed', why: 'no_scope', message: NO_SCOPE };
    }
    const refused = this.#refused;
    if (refused?.module !== module || this.#world.ticks() >= refused.until) return undefined;
    return { kind: 'not_allowed', why: 'coql_refused', message: refused.message };
  }

  #fieldsRefused(request: LookUpRequest): NotFound | undefined {
    const known = this.#refusedFields.get(formOf(request));
    return known === undefined || this.#world.ticks() >= known.until ? undefined : known.refusal;
  }

  async #askFor(request: LookUpRequest): Promise<LookUpAnswer> {
    const answer = await lookUp(this.#caller, request);
    if (answer.kind === 'refused') return this.#afterRefusal(request, answer);
    if (answer.kind === 'found') return this.#found(request, answer.contacts);
    return this.#failed(answer);
  }

  #found(request: LookUpRequest, contacts: readonly FoundContact[]): LookUpAnswer {
    this.#refusedKeys.delete(keysOf(request));
    return { kind: 'found', contacts, refused: new Set() };
  }

  #failed(answer: Exclude<CoqlAnswer, { kind: 'found' }>): NotFound {
    if (answer.kind !== 'no_scope') return answer;
    this.#tokenWithoutScope = this.#tokens.latest?.token;
    return { kind: 'not_allowed', why: 'no_scope', message: NO_SCOPE };
  }

  /** Zoho refuses either a key, or the selected fields, or all queries. */
  async #afterRefusal(request: LookUpRequest, refusal: Refusal): Promise<LookUpAnswer> {
    const control = await lookUp(this.#caller, withoutRecord(request));
    if (control.kind === 'found') {
      this.#refusedKeys.spend(2);
      return this.#withoutRefusedKeys(request, refusal);
    }
    if (control.kind !== 'refused') return this.#failed(control);
    // The first refusal may repeat a key, such as an email. It is neither logged nor shown.
    const { message } = control;
    const until = this.#world.ticks() + ASK_AGAIN_AFTER_MS;
    if (request.select.length > 0) {
      const plain = await lookUp(this.#caller, withoutRecord({ ...request, select: [] }));
      if (plain.kind === 'found') {
        this.#refusedFields.set(formOf(request), { refusal: control, until });
        return control;
      }
      if (plain.kind !== 'refused') return this.#failed(plain);
    }
    this.#refused = { module: request.module, message, until };
    this.#log.warn(
      { reason: message },
      'Zoho refuses to look contacts up (COQL). The next try is in 15 minutes. Until then, contacts are written without a look-up, or wait if the mapping needs one',
    );
    return { kind: 'not_allowed', why: 'coql_refused', message };
  }

  /**
   * Zoho refuses some of the keys. The others are looked for in ever smaller groups. If that has cost too many
   * queries, all keys of the group count as refused.
   */
  async #withoutRefusedKeys(request: LookUpRequest, refusal: Refusal): Promise<LookUpAnswer> {
    const halves = this.#refusedKeys.maySearch(this.#world.ticks()) ? halvesOf(request) : [];
    if (halves.length === 0) return this.#keysRefused(request, refusal);
    const found = new Map<string, FoundContact>();
    const refused = new Set<string>();
    for (const half of halves) {
      this.#refusedKeys.spend(1);
      const asked = await lookUp(this.#caller, half);
      const answer: LookUpAnswer =
        asked.kind === 'refused'
          ? await this.#withoutRefusedKeys(half, asked)
          : asked.kind === 'found'
            ? this.#found(half, asked.contacts)
            : this.#failed(asked);
      if (answer.kind !== 'found') return answer;
      for (const contact of answer.contacts) found.set(contact.id, contact);
      for (const key of answer.refused) refused.add(key);
    }
    return { kind: 'found', contacts: oldestFirst(found.values()), refused };
  }

  #keysRefused(request: LookUpRequest, { code }: Refusal): LookUpAnswer {
    const keys = keysOf(request);
    for (const key of keys) this.#refusedKeys.add(key, this.#world.ticks());
    this.#log.warn(
      { reason: code, keys: keys.length },
      'Zoho refuses to look for keys of contacts (COQL), such as an email. They are tried again later, and more and more rarely. Until then, their identities are written without a look-up, or wait if the mapping needs one',
    );
    return { kind: 'found', contacts: [], refused: new Set(keys) };
  }
}

/** What a query has besides its keys. */
function formOf({ module, select, oryIdField }: LookUpRequest): string {
  return JSON.stringify([module, oryIdField ?? null, select]);
}

function withoutRecord(request: LookUpRequest): LookUpRequest {
  const { emails, ids, oryIds } = request;
  return {
    ...request,
    emails: emails.length > 0 ? NO_RECORD.emails : [],
    ids: ids.length > 0 ? NO_RECORD.ids : [],
    oryIds: oryIds.length > 0 ? NO_RECORD.oryIds : [],
  };
}

import type { Json } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { Reply } from '../../call/http.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import { refuse } from '../zoho-errors.ts';
import type { ZohoSettings } from '../zoho-settings.ts';

export type Test = (record: StoredRecord) => boolean;

/** How many criteria a search may have (Zoho CRM API, "Search Records"; the specification says 15). */
const CRITERIA = 10;

/** What the parameters of a search ask for. `criteria` goes before `email`, `phone` and `word`. */
export function testOf(
  query: URLSearchParams,
  store: RecordStore,
  { restrictedFields }: Pick<ZohoSettings, 'restrictedFields'>,
): Test | { readonly refused: Reply } {
  const [criteria, email, phone, word] = ['criteria', 'email', 'phone', 'word'].map((key) => query.get(key));
  if (criteria) return new CriteriaReader(criteria, store, restrictedFields).read();
  const ofType = (type: string) => store.fields.all().filter(({ dataType }) => dataType === type);
  const holding = (text: string, fields: readonly { apiName: string }[], whole: boolean): Test => {
    const wanted = text.toLowerCase();
    return (record) =>
      fields.some(({ apiName }) => {
        const value = textOf(store.valueOf(record, apiName));
        return whole ? value === wanted : value.includes(wanted);
      });
  };
  if (email) return holding(email, ofType('email'), true);
  if (phone) return holding(phone, ofType('phone'), true);
  if (word && word.length >= 2) return holding(word, store.fields.all(), false);
  const message = 'One of the expected parameter is missing';
  return { refused: refuse(400, 'REQUIRED_PARAM_MISSING', message, { param_name: 'criteria' }) };
}

type Compare = (stored: string, values: readonly string[]) => boolean;

const COMPARE: { readonly [operator: string]: Compare } = {
  equals: (stored, [value]) => stored === value,
  not_equal: (stored, [value]) => stored !== value,
  starts_with: (stored, [value = '']) => stored !== '' && stored.startsWith(value),
  in: (stored, values) => values.includes(stored),
  greater_than: (stored, [value = '']) => stored > value,
  greater_equal: (stored, [value = '']) => stored >= value,
  less_than: (stored, [value = '']) => stored !== '' && stored < value,
  less_equal: (stored, [value = '']) => stored !== '' && stored <= value,
  between: (stored, [from = '', to = '']) => stored >= from && stored <= to,
};

/** Thrown where the criteria cannot be read. */
class CriteriaError extends Error {
  override readonly name = 'CriteriaError';
  readonly reply: Reply;

  constructor(reply: Reply) {
    super('the criteria cannot be read');
    this.reply = reply;
  }
}

const CRITERION = /\(([\w.$]+):(\w+):((?:[^()\\]|\\.)*)\)/sy;

/** Reads `((A:equals:x)and(B:starts_with:y))`. A bracket or comma in a value has a backslash. */
class CriteriaReader {
  readonly #text: string;
  readonly #store: RecordStore;
  readonly #restricted: readonly string[];
  #at = 0;
  #count = 0;

  constructor(text: string, store: RecordStore, restricted: readonly string[]) {
    this.#text = text;
    this.#store = store;
    this.#restricted = restricted;
  }

  read(): Test | { readonly refused: Reply } {
    try {
      const test = this.#list();
      return this.#at === this.#text.length ? test : { refused: invalidQuery() };
    } catch (error) {
      if (error instanceof CriteriaError) return { refused: error.reply };
      throw error;
    }
  }

  #list(): Test {
    const left = this.#item();
    if (this.#accept('and')) {
      const right = this.#list();
      return (record) => left(record) && right(record);
    }
    if (!this.#accept('or')) return left;
    const right = this.#list();
    return (record) => left(record) || right(record);
  }

  #item(): Test {
    CRITERION.lastIndex = this.#at;
    const [whole, apiName = '', operator = '', value = ''] = CRITERION.exec(this.#text) ?? [];
    if (whole !== undefined) {
      this.#at += whole.length;
      return this.#criterion(apiName, operator, value);
    }
    if (!this.#accept('(')) throw new CriteriaError(invalidQuery());
    const test = this.#list();
    if (!this.#accept(')')) throw new CriteriaError(invalidQuery());
    return test;
  }

  #criterion(apiName: string, operator: string, value: string): Test {
    this.#count += 1;
    if (this.#count > CRITERIA) {
      throw new CriteriaError(refuse(400, 'LIMIT_EXCEEDED', 'criteria limit exceeded', { limit: CRITERIA }));
    }
    const known = apiName === 'id' || this.#store.fields.get(apiName) !== undefined;
    const compare = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
    if (this.#restricted.includes(apiName)) {
      const message = 'the field in restricted in GDPR';
      throw new CriteriaError(refuse(400, 'INVALID_QUERY', message, { api_name: apiName }));
    }
    if (!known || compare === undefined)
      throw new CriteriaError(invalidQuery({ api_name: apiName, operator }));
    const values = value
      .split(/(?<!\\),/)
      .map((part) => part.replaceAll(/\\(.)/gs, '$1').trim().toLowerCase());
    return (record) => compare(textOf(this.#store.valueOf(record, apiName)), values);
  }

  #accept(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function invalidQuery(details: Readonly<Record<string, string>> = {}): Reply {
  return refuse(400, 'INVALID_QUERY', 'Invalid query formed', { reason: 'incorrect criteria', ...details });
}

/** A value as search compares it: a lookup by its id, and text without case. */
function textOf(value: Json): string {
  if (value === null) return '';
  if (isJsonObject(value)) return textOf(value['id'] ?? null);
  return (typeof value === 'object' ? value.map(textOf).join(';') : String(value)).toLowerCase();
}

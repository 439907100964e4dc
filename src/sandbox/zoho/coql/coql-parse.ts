import type { CoqlEscape, Token } from './coql-tokens.ts';
import { CoqlError, syntaxError, tokensOf } from './coql-tokens.ts';

/** The part of COQL that the sandbox understands, as a tree (Zoho CRM API, "COQL"). */
export type Literal = string | number | boolean;

export type Operator = '=' | '!=' | '<' | '>' | '<=' | '>=' | 'like' | 'in' | 'not in';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | {
      readonly kind: 'compare';
      readonly column: string;
      readonly operator: Operator;
      readonly values: readonly Literal[];
    }
  | { readonly kind: 'null'; readonly column: string; readonly negated: boolean };

export interface Query {
  readonly select: readonly string[];
  readonly module: string;
  readonly where: Condition;
  readonly order: readonly { readonly column: string; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

const DEFAULT_LIMIT = 200;
const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '!=': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  like: 'like',
  in: 'in',
};

/** Parses a query. Throws CoqlError where Zoho answers SYNTAX_ERROR. */
export function parseCoql(text: string, escape: CoqlEscape): Query {
  return new Parser(tokensOf(text, escape)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    this.#keyword('select');
    const select = this.#list(() => this.#word());
    this.#keyword('from');
    const module = this.#word();
    if (!this.#accept('where')) {
      throw new CoqlError('SYNTAX_ERROR', 'missing clause', { clause: 'where' });
    }
    const where = this.#condition();
    const order = this.#accept('order') ? this.#order() : [];
    const { offset, limit } = this.#accept('limit') ? this.#limit() : { offset: 0, limit: DEFAULT_LIMIT };
    if (this.#peek().kind !== 'end') throw syntaxError(this.#peek());
    return { select, module, where, order, offset, limit };
  }

  /** At most two operands: Zoho requires that more than two conditions are nested in pairs. */
  #condition(): Condition {
    const left = this.#operand();
    const kind = this.#accept('and') ? 'and' : this.#accept('or') ? 'or' : undefined;
    return kind === undefined ? left : { kind, left, right: this.#operand() };
  }

  #operand(): Condition {
    if (!this.#accept('(')) return this.#comparison();
    const inner = this.#condition();
    this.#keyword(')');
    return inner;
  }

  #comparison(): Condition {
    const column = this.#word();
    if (this.#accept('is')) {
      const negated = this.#accept('not');
      this.#keyword('null');
      return { kind: 'null', column, negated };
    }
    if (this.#accept('not')) {
      this.#keyword('in');
      return { kind: 'compare', column, operator: 'not in', values: this.#values() };
    }
    const token = this.#take();
    const operator = token.kind === 'text' ? undefined : OPERATORS[token.text.toLowerCase()];
    if (operator === undefined) throw syntaxError(token);
    const values = operator === 'in' ? this.#values() : [this.#literal()];
    return { kind: 'compare', column, operator, values };
  }

  #values(): readonly Literal[] {
    this.#keyword('(');
    const values = this.#list(() => this.#literal());
    this.#keyword(')');
    return values;
  }

  #literal(): Literal {
    const token = this.#take();
    if (token.kind === 'text') return token.text;
    if (token.kind === 'number') return Number(token.text);
    const word = token.text.toLowerCase();
    if (token.kind === 'word' && (word === 'true' || word === 'false')) return word === 'true';
    throw syntaxError(token);
  }

  #order(): Query['order'] {
    this.#keyword('by');
    return this.#list(() => {
      const column = this.#word();
      const descending = this.#accept('desc');
      if (!descending) this.#accept('asc');
      return { column, descending };
    });
  }

  /** `limit n`, `limit offset, n` or `limit n offset m`. */
  #limit(): { readonly offset: number; readonly limit: number } {
    const first = this.#number();
    if (this.#accept(',')) return { offset: first, limit: this.#number() };
    return { offset: this.#accept('offset') ? this.#number() : 0, limit: first };
  }

  #number(): number {
    const token = this.#take();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw syntaxError(token);
    return Number(token.text);
  }

  #list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.#accept(',')) items.push(item());
    return items;
  }

  #word(): string {
    const token = this.#take();
    if (token.kind !== 'word') throw syntaxError(token);
    return token.text;
  }

  #keyword(text: string): void {
    if (!this.#accept(text)) throw syntaxError(this.#peek());
  }

  #accept(text: string): boolean {
    const token = this.#peek();
    if (token.kind === 'text' || token.text.toLowerCase() !== text) return false;
    this.#next += 1;
    return true;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 };
  }
}

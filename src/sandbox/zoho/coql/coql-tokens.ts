/** Zoho's refusal of a query, with the code, message and details of the answer. */
export class CoqlError extends Error {
  override readonly name = 'CoqlError';
  readonly code: 'SYNTAX_ERROR' | 'INVALID_QUERY' | 'LIMIT_EXCEEDED';
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: CoqlError['code'], message: string, details: CoqlError['details']) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s+|'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w.$]*)|(!=|<=|>=|[(),=<>])/sy;

/** Splits a query into tokens. In text, `\'` is a quote and `\\` a backslash. Throws CoqlError. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw syntaxError({ kind: 'symbol', text: text.slice(at, at + 10), at });
    const [, quoted, number, word, symbol] = found;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll(/\\(.)/gs, '$1'), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at });
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

/** The error of a query that cannot be read from this token on. */
export function syntaxError({ text, at }: Token): CoqlError {
  return new CoqlError('SYNTAX_ERROR', 'invalid query formed', { near: text, line: 1, column: at + 1 });
}

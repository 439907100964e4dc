import type { ZohoSettings } from '../zoho-settings.ts';

/** Zoho's refusal of a query, with the code, message and details of the answer. */
export class CoqlError extends Error {
  override readonly name = 'CoqlError';
  readonly code:
    | 'SYNTAX_ERROR'
    | 'INVALID_QUERY'
    | 'INVALID_DATA'
    | 'INVALID_MODULE'
    | 'DUPLICATE_DATA'
    | 'LIMIT_EXCEEDED';
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

/** How a quote in text is written: as `''` or as `\'`. */
export type CoqlEscape = ZohoSettings['coqlEscape'];

interface Spelling {
  readonly token: RegExp;
  readonly escaped: RegExp;
}

/** A backslash is refused where quotes are doubled. Elsewhere `\\` is a backslash. */
const SPELLINGS: { readonly [Escape in CoqlEscape]: Spelling } = {
  doubled: { token: tokenWith(String.raw`[^'\\]|''`), escaped: /'(')/g },
  backslash: { token: tokenWith(String.raw`[^'\\]|\\.`), escaped: /\\(.)/gs },
};

function tokenWith(character: string): RegExp {
  return new RegExp(
    String.raw`\s+|'((?:${character})*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w.$]*)|(!=|<=|>=|[(),=<>])`,
    'sy',
  );
}

/** Splits a query into tokens. Throws CoqlError. */
export function tokensOf(text: string, escape: CoqlEscape): readonly Token[] {
  const { token, escaped } = SPELLINGS[escape];
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw syntaxError({ kind: 'symbol', text: text.slice(at, at + 10), at });
    const [, quoted, number, word, symbol] = found;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replaceAll(escaped, '$1'), at });
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

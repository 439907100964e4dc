import jsonata from 'jsonata';
import { ConfigurationError } from '../../errors.ts';
import { IDENTITY_KEYS } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import { DERIVED_NAMES } from '../derived/derived.ts';
import { inspectExpression } from './inspect-expression.ts';
import { runTimeProblem, syntaxFault } from './jsonata-error.ts';
import { isNoValue } from '../value/no-value.ts';
import { coalesceNulls } from './null-coalescing.ts';

/**
 * Limits of one evaluation: users write their traits, and an expression may loop over them. The timeout, in
 * ms, goes by the clock on the wall, so identities should be evaluated one after the other.
 */
const LIMITS = { timeout: 500, stack: 500, sequence: 100_000 };

/** The names at the top of an expression's input. */
const INPUT_NAMES: ReadonlySet<string> = new Set([...IDENTITY_KEYS, ...DERIVED_NAMES]);

export type ExpressionInput = Readonly<Record<string, Json | undefined>>;

/** What an expression makes of one identity. A problem never repeats a value: it goes to logs. */
export type ExpressionResult = { readonly value: Json | undefined } | { readonly problem: string };

export interface Expression {
  /** The names it may read from the top of its input; some may be keys of another object. */
  readonly names: ReadonlySet<string>;
  /** Never rejects. */
  evaluate(input: ExpressionInput): Promise<ExpressionResult>;
}

/**
 * Compiles a JSONata expression. Beside JSONata's own functions it has `$coalesce(a, b, …)`: the first of
 * them that is a value; `a ?? b` is b where a is null, too. Throws ConfigurationError for one that a parsed
 * mapping cannot hold.
 */
export function compileExpression(text: string): Expression {
  const read = readExpression(text);
  if (!('fault' in read)) return read;
  throw new ConfigurationError(
    'bad_expression',
    `An expression of the mapping is wrong: ${read.fault}\n  ${text}`,
    {
      hint: 'Expressions are JSONata, see https://docs.jsonata.org; check the file with: ory-zoho mapping check',
    },
  );
}

/** An expression, or why JSONata cannot read it or it is not for mappings, and at which character. */
export function readExpression(text: string): Expression | { readonly fault: string } {
  // Most mappings are made of such names; JSONata yields just that value, only later.
  if (INPUT_NAMES.has(text)) {
    return { names: new Set([text]), evaluate: (input) => Promise.resolve({ value: input[text] }) };
  }
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(text, LIMITS);
  } catch (error) {
    return { fault: syntaxFault(error) };
  }
  compiled.registerFunction('coalesce', (...values: unknown[]) => values.find((value) => !isNoValue(value)));
  coalesceNulls(compiled);
  const { names, fault } = inspectExpression(compiled.ast(), INPUT_NAMES);
  return fault === undefined ? { names, evaluate: (input) => evaluate(compiled, input) } : { fault };
}

/** JSONata's own cast to a boolean; undefined is false. */
export function isTrue(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(isTrue);
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

async function evaluate(compiled: jsonata.Expression, input: ExpressionInput): Promise<ExpressionResult> {
  try {
    const result: unknown = await compiled.evaluate(input);
    return { value: result === undefined ? undefined : toJson(result) };
  } catch (error) {
    return { problem: runTimeProblem(error) };
  }
}

/** JSONata's lists carry marks of their own, and an expression may yield a function. */
function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (!isJsonObject(value)) throw new TypeError('It gives neither text nor number, boolean, list or object.');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

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
 * Limits of one evaluation, because users write their traits, and an expression may loop over them. The
 * timeout, in ms, counts real time, so identities should be evaluated one after the other.
 */
const LIMITS = { timeout: 500, stack: 500, sequence: 100_000 };

/** The names at the top of an expression's input. */
const INPUT_NAMES: ReadonlySet<string> = new Set([...IDENTITY_KEYS, ...DERIVED_NAMES]);

export type ExpressionInput = Readonly<Record<string, Json | undefined>>;

/** The result of an expression for one identity. A problem never repeats a value, because it goes to logs. */
export type ExpressionResult = { readonly value: Json | undefined } | { readonly problem: string };

export interface Expression {
  /** The names that it may read from the top of its input. Some may be keys of another object. */
  readonly names: ReadonlySet<string>;
  /** Never rejects. */
  evaluate(input: ExpressionInput): Promise<ExpressionResult>;
}

/**
 * Compiles a JSONata expression. Besides JSONata's own functions it has `$coalesce(a, b, …)`, which gives the
 * first argument that has a value. `a ?? b` gives b if a is null, too.
 * @throws ConfigurationError for an expression that a parsed mapping cannot contain
 */
export function compileExpression(text: string): Expression {
  const read = readExpression(text);
  if (!('fault' in read)) return read;
  throw new ConfigurationError(
    'bad_expression',
    `An expression in the mapping is wrong: ${read.fault}\n  ${text}`,
    {
      hint: 'Expressions are written in JSONata (https://docs.jsonata.org). Check the file with: ory-zoho mapping check',
    },
  );
}

/**
 * The compiled expression. Otherwise the reason why JSONata cannot read it, or why mappings must not use it,
 * and at which character.
 */
export function readExpression(text: string): Expression | { readonly fault: string } {
  // Most mappings consist of such names. JSONata would give the same value, but more slowly.
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

/** JSONata's own conversion to a boolean. Undefined becomes false. */
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

/** JSONata adds marks to its lists, and an expression may return a function. */
function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (!isJsonObject(value))
    throw new TypeError('It does not give text, a number, a boolean, a list or an object.');
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

import { VARIABLE_NAMES, VARIABLES } from '../../../src/config/variables.ts';

/** Access and refresh tokens as the sandbox makes them. */
const TOKEN = /1000\.[0-9a-f]{32}\.[0-9a-f]{32}/;
/**
 * `no` and `x` are values of tests about wrong values. They are not secrets, and other words contain them.
 */
const LEAST_LENGTH = 8;

/**
 *
 * Called with the output of every command and every serve of the suite. The output must never hold a token or
 * a secret
 * of its environment.
 * @throws Error naming the variable
 */
export function expectHidden(output: string, environment: NodeJS.ProcessEnv): void {
  const shown = VARIABLE_NAMES.filter((name) => {
    const value = environment[name] ?? '';
    return VARIABLES[name].secret && value.length >= LEAST_LENGTH && output.includes(value);
  });
  // A password in a URL is a secret too, whatever the variable is for.
  shown.push(...VARIABLE_NAMES.filter((name) => hasPassword(environment[name] ?? '', output)));
  if (TOKEN.test(output)) shown.push('ZOHO_REFRESH_TOKEN');
  if (shown.length > 0) throw new Error(`${shown.join(', ')} is in the output:\n${output}`);
}

function hasPassword(value: string, output: string): boolean {
  const password = URL.parse(value)?.password ?? '';
  return password.length >= LEAST_LENGTH && output.includes(password);
}

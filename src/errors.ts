/**
 * The errors a user can meet. Each has a code, what happened, and the next step; the one catch in `cli.ts`
 * turns them into words and an exit code.
 */

/** Exit codes of every command: 0 done, 1 failed, 2 usage or configuration, 3 partly done, 4 not connected, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

export class OryZohoError extends Error {
  override readonly name: string = 'OryZohoError';
  /** A stable word for logs and `--json`. */
  readonly code: string;
  /** What the user does next, as a sentence or a command. */
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    message: string,
    options: { hint: string; exitCode?: ExitCode; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Something on this machine is wrong: a missing variable, a bad mapping, a foreign host. Exit 2. */
export class ConfigurationError extends OryZohoError {
  override readonly name = 'ConfigurationError';

  constructor(code: string, message: string, options: { hint: string; cause?: unknown }) {
    super(code, message, { ...options, exitCode: 2 });
  }
}

/**
 * The store cannot take or give data. `busy` passes by itself, `full` once there is space: exit 1, so that a supervisor starts
 * the process again. The others need a person, and exit 2, unless they are said to pass.
 */
export class StoreError extends OryZohoError {
  override readonly name = 'StoreError';
  readonly kind: 'busy' | 'full' | 'read_only' | 'broken';
  /** A later start may do better, though nothing was changed here. */
  readonly passes: boolean;

  constructor(
    kind: 'busy' | 'full' | 'read_only' | 'broken',
    message: string,
    {
      passes = kind === 'busy' || kind === 'full',
      ...options
    }: { hint: string; passes?: boolean | undefined; cause?: unknown },
  ) {
    super(`store_${kind}`, message, { ...options, exitCode: passes ? 1 : 2 });
    this.kind = kind;
    this.passes = passes;
  }
}

/** The message of anything thrown, for logs; never a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The errors a user can meet. Each has a code, a message and the next step. Only `cli/exit-code.ts` catches
 * them and turns them into words and an exit code.
 */

/**
 * Exit codes of every command: 0 done, 1 failed, 2 usage or configuration, 3 partly done, 4 not connected,
 * 130 interrupted.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

export class OryZohoError extends Error {
  override readonly name: string = 'OryZohoError';
  /** A stable word for logs and `--json`. */
  readonly code: string;
  /** The user's next step, as a sentence or a command. */
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
 * The store cannot take or return data. `busy` passes by itself, and `full` once there is space. Both exit
 * with 1, so that a supervisor restarts the process. The other kinds need a person and exit with 2, unless
 * `passes` is set.
 */
export class StoreError extends OryZohoError {
  override readonly name = 'StoreError';
  readonly kind: 'busy' | 'full' | 'read_only' | 'broken';
  /** A later start may succeed although nothing was changed here. */
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

/** System calls that fail for lack of space or permission, whichever part of the program made them. */
const REFUSALS: { readonly [code: string]: string } = {
  ENOSPC: 'Free some disk space, and run the command again.',
  EDQUOT: "Free some of this user's quota, and run the command again.",
  EROFS: 'Make the disk writable, or use another place, and run the command again.',
  EIO: 'Check the disk, and run the command again.',
  EMFILE: 'Allow this process more open files (ulimit -n), and run the command again.',
  ENFILE: 'Close other programs: the system has no open files left. Then run the command again.',
  ENOMEM: 'Close other programs: the system has no memory left. Then run the command again.',
  EACCES: 'Give this user permission, and run the command again.',
  EPERM: 'Give this user permission, and run the command again.',
};

/**
 * Turns an error of the operating system into one of ours, with the next step. Returns undefined for any
 * other error.
 */
export function systemRefused(error: unknown): OryZohoError | undefined {
  if (!(error instanceof Error) || !('syscall' in error && 'code' in error)) return undefined;
  if (error.syscall === 'uv_cwd') {
    return new ConfigurationError('no_folder', 'The folder in which this command was started is gone.', {
      hint: 'Go to another folder, and run the command again.',
      cause: error,
    });
  }
  const hint = REFUSALS[String(error.code)];
  if (hint === undefined) return undefined;
  return new OryZohoError('system', `The system refused a call: ${error.message}.`, { hint, cause: error });
}

/** The message of anything thrown, for logs. It never has a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

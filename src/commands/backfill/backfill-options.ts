import { ConfigurationError } from '../../errors.ts';
import { isComplete } from '../../sync/scan/scan-options.ts';
import type { ScanOptions } from '../../sync/scan/scan-options.ts';

/** The options of `backfill`. */
export interface BackfillFlags {
  readonly schema?: string;
  readonly since?: string;
  readonly limit?: number;
  readonly verify: boolean;
  readonly workflows: boolean;
  readonly restart: boolean;
  readonly prune: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** @throws ConfigurationError for an invalid time and for flags that exclude each other */
export function scanOptions(flags: BackfillFlags): ScanOptions {
  const { schema = null, limit = null, verify, workflows } = flags;
  const since = flags.since === undefined ? null : microsOf(flags.since);
  const options = { schema, since, limit, verify, workflows };
  if (flags.prune && !isComplete(options)) {
    throw excluded('--prune has to see all identities.', 'Leave out --schema, --since and --limit.');
  }
  if (flags.prune && flags.dryRun) {
    throw excluded(
      '--dry-run does not look for identities that are gone.',
      'Run --prune alone. It shows the list and asks before it deletes.',
    );
  }
  if (flags.prune && !flags.yes && !(process.stdin.isTTY && process.stderr.isTTY)) {
    throw new ConfigurationError(
      'needs_answer',
      '--prune asks before it deletes, but there is no terminal.',
      {
        hint: 'Give --yes.',
      },
    );
  }
  return options;
}

function excluded(message: string, hint: string): ConfigurationError {
  return new ConfigurationError('bad_flags', message, { hint });
}

/** `2026-11-24` (UTC) or RFC 3339. */
function microsOf(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new ConfigurationError('bad_since', `--since is not a time: "${text}".`, {
      hint: 'Use 2026-11-24, or 2026-11-24T08:30:00Z.',
    });
  }
  return ms * 1_000;
}

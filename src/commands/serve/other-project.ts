import { ConfigurationError, messageOf } from '../../errors.ts';
import type { Reporter } from '../../model/report.ts';
import { untilBound } from '../../sync/ory-project/bound-ory.ts';
import type { BoundOry } from '../../sync/ory-project/bound-ory.ts';
import { wait } from '../../sync/pace/wait.ts';

const STORE_TROUBLE_MS = 1_000;

/**
 * Resolves if Ory turns out to be another project than the store's; it never resolves if it is the same.
 * Until Ory has answered, intake and delivery run and reads wait.
 */
export function otherProject(
  ory: BoundOry | undefined,
  report: Reporter,
  signal: AbortSignal,
): Promise<ConfigurationError> {
  return new Promise((resolve) => {
    if (ory !== undefined) void settle(ory, report, signal, resolve);
  });
}

async function settle(
  ory: BoundOry,
  report: Reporter,
  signal: AbortSignal,
  refused: (error: ConfigurationError) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await untilBound(ory, report, signal);
      return;
    } catch (error) {
      if (error instanceof ConfigurationError) {
        refused(error);
        return;
      }
      if (!signal.aborted) report({ what: 'round_failed', message: messageOf(error) });
      await wait(STORE_TROUBLE_MS, signal).catch(() => {});
    }
  }
}

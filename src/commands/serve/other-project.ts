import { ConfigurationError, messageOf } from '../../errors.ts';
import type { World } from '../../model/world.ts';
import type { Reporter } from '../../model/report.ts';
import { untilBound } from '../../sync/ory-project/bound-ory.ts';
import type { BoundOry } from '../../sync/ory-project/bound-ory.ts';

const STORE_TROUBLE_MS = 1_000;

/**
 * Resolves if Ory turns out to be another project than the store's; it never resolves if it is the same.
 * Until Ory has answered, intake and delivery run and reads wait.
 */
export function otherProject(
  ory: BoundOry | undefined,
  where: { readonly report: Reporter; readonly world: World },
  signal: AbortSignal,
): Promise<ConfigurationError> {
  return new Promise((resolve) => {
    if (ory !== undefined) void settle(ory, where, signal, resolve);
  });
}

async function settle(
  ory: BoundOry,
  where: { readonly report: Reporter; readonly world: World },
  signal: AbortSignal,
  refused: (error: ConfigurationError) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await untilBound(ory, where, signal);
      return;
    } catch (error) {
      if (error instanceof ConfigurationError) {
        refused(error);
        return;
      }
      if (!signal.aborted) where.report({ what: 'round_failed', message: messageOf(error) });
      await where.world.sleep(STORE_TROUBLE_MS, signal).catch(() => {});
    }
  }
}

import { readProcesses } from '../../store/live-processes.ts';
import type { Store } from '../../store/open.ts';
import { judgeReads } from '../parts/reads-paused.ts';
import { thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** Whether a process on this store has paused its reads from Ory. No finding if none has. */
export async function checkReads(store: Store): Promise<Finding[]> {
  try {
    const pause = judgeReads(await readProcesses(store));
    if (pause === undefined) return [];
    const { kind, host, pid } = pause.process;
    const detail = `reads of ${kind} (process ${pid} on ${host}) are paused, ${pause.reason}: ${pause.message}`;
    return [warn('ory', detail, pause.hint)];
  } catch (error) {
    return [thrown('ory', error)];
  }
}

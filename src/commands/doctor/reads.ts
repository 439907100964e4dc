import { readProcesses } from '../../store/live-processes.ts';
import type { Store } from '../../store/open.ts';
import { judgeReads } from '../status/reads.ts';
import { thrown, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** What the processes on this store say of their reads from Ory: nothing while these go on. */
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

import type { Logger } from 'pino';
import { joinStore } from '../../store/process.ts';
import type { Joined } from '../../store/process.ts';
import type { Parts } from '../open-parts.ts';

/** Lists this serve in the store. Rule 18: processes with different mappings would undo each other's work. */
export async function joinAsServe(
  { store, mapping, ory }: Parts,
  log: Logger,
  oryIdField: string | null,
): Promise<Joined> {
  const readAfterRestore = ory !== undefined && oryIdField === null;
  const { joined, others, toRead, clockSetBackMs } = await joinStore(store, 'serve', mapping.hashWithId, {
    readAfterRestore,
  });
  if (clockSetBackMs > 0) logClock(log)(clockSetBackMs);
  if (toRead > 0) log.info({ rows: toRead }, 'serve was away for long: what waits is read from Ory first');
  for (const { kind, host, pid, mapping_hash } of others) {
    if (mapping_hash === mapping.hashWithId) continue;
    log.warn({ kind, host, pid }, 'another process on this store has another mapping: give both the same');
  }
  return joined;
}

/** Says that the clock of the store was set back. */
export function logClock(log: Logger): (ms: number) => void {
  return (ms) =>
    log.warn({ by_ms: ms }, 'the clock of the store was set back: what was due by the clock before is due');
}

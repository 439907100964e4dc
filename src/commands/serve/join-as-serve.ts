import { joinAs } from '../parts/member.ts';
import type { Member } from '../parts/member.ts';
import type { Serving, Started } from './serving.ts';

/** Adds this serve to the processes of the store and logs what it finds there. */
export async function joinAsServe({ parts, log, config }: Started): Promise<Member> {
  const member = await joinAs(parts, {
    kind: 'serve',
    oryIdField: config.oryIdField,
    mapsOtherwise: ({ kind, host, pid }) =>
      log.warn({ kind, host, pid }, 'another process on this store uses another mapping; give both the same'),
  });
  const { toRead, clockSetBackMs } = member.join;
  if (clockSetBackMs > 0) logClock(log, clockSetBackMs);
  if (toRead > 0) log.info({ rows: toRead }, 'serve was away for long; waiting rows are read from Ory first');
  return member;
}

/** Writes the health of this serve to the store every second. */
export function beatAsServe(member: Member, { parts, log, standing, delivering, delivery }: Serving): void {
  member.beat(parts.store, () => delivering.health(delivery.connection, standing.health), {
    standing,
    clockSetBack: (ms) => logClock(log, ms),
  });
}

function logClock(log: Started['log'], ms: number): void {
  log.warn(
    { by_ms: ms },
    'the clock of the store was set back; rows that were due by the old clock stay due',
  );
}

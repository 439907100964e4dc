/** Cuts a page into stretches, one per transaction. Pure. */
import type { PutEntry } from '../../store/outbox/put/put-entry.ts';
import { PUT_AT_MOST } from '../../store/outbox/put/put.ts';
import type { Stretch } from '../../store/scan/record.ts';
import type { ScanStep } from './compare.ts';
import type { Page } from './pages.ts';

/** How far a scan has come. */
export interface ScanPlace {
  /**
   * Exclusive. Null at the start. Also null if Ory's list does not ascend, because absentees are unknown
   * then.
   */
  readonly lastId: string | null;
  readonly ascending: boolean;
}

/** One identity of a page, and what is done with it. */
export interface Stepped {
  readonly id: string;
  readonly step: ScanStep;
  /** Set if it is put in. */
  readonly entry?: PutEntry;
}

export interface CutRules {
  /** Whether absentees are looked for, because the scan sees all identities. */
  readonly complete: boolean;
  /** Whether this is the last page. */
  readonly last: boolean;
}

/**
 * The stretches of a page in order, at least one. Each has the checkpoint from which the scan continues after
 * it.
 */
export function cutIntoStretches(
  page: Pick<Page, 'token' | 'next'>,
  steps: readonly Stepped[],
  place: ScanPlace,
  { complete, last }: CutRules,
): Stretch[] {
  const groups = groupsOf(steps);
  let { lastId } = place;
  return groups.map((group, index) => {
    const after = lastId;
    const final = index === groups.length - 1;
    const end = final && last;
    lastId = place.ascending ? (group.at(-1)?.id ?? lastId) : null;
    const looksForAbsent = complete && place.ascending;
    return {
      entries: group.flatMap(({ entry }) => entry ?? []),
      counted: group.flatMap(({ step }) =>
        step.do === 'count' ? [{ outcome: step.outcome, reason: step.reason }] : [],
      ),
      seen: looksForAbsent ? { after, upTo: end ? null : lastId, ids: group.map(({ id }) => id) } : undefined,
      checkpoint: {
        pageToken: end ? null : final ? page.next : page.token,
        lastId,
        ...(end && { end: { complete } }),
      },
    };
  });
}

/** Groups with at most PUT_AT_MOST identities to put in. */
function groupsOf(steps: readonly Stepped[]): Stepped[][] {
  const groups: Stepped[][] = [[]];
  let puts = 0;
  for (const stepped of steps) {
    const entry = stepped.entry !== undefined;
    if (entry && puts === PUT_AT_MOST) {
      groups.push([]);
      puts = 0;
    }
    puts += Number(entry);
    groups.at(-1)?.push(stepped);
  }
  return groups;
}

/** The progress of a backfill as text. */
import { total } from '../../sync/scan/progress.ts';
import type { Outcomes, ScanProgress } from '../../sync/scan/progress.ts';
import { waitingTime } from '../terminal/duration.ts';

/** Measurements since this process started. */
export interface Pace {
  readonly seconds: number;
  /** Identities with an outcome. */
  readonly identities: number;
  /** The share of ids that was done when this process started. */
  readonly shareBefore: number;
  readonly credits: number;
}

const number = (value: number) => Math.round(value).toLocaleString('en');

/** One line with the progress of the run, its speed and the remaining time. */
export function progressLine({ outcomes, waiting, share }: ScanProgress, pace: Pace): string {
  return line(total(outcomes) + waiting, share, pace, [
    `${number(outcomes.created + outcomes.updated)} delivered`,
    ...others(outcomes),
  ]);
}

/** The same for a dry run. */
export function dryRunLine(
  { outcomes, read, share }: { outcomes: Outcomes; read: number; share: number | undefined },
  pace: Pace,
): string {
  return line(read, share, pace, [
    `${number(outcomes.created)} to create`,
    `${number(outcomes.updated)} to update`,
    ...others(outcomes),
  ]);
}

/** The share that is done, for a run that may end at a limit before it has read all identities. */
export function shareOf(share: number | undefined, read: number, limit: number | null): number | undefined {
  return limit === null ? share : Math.min(1, Math.max(share ?? 0, read / limit));
}

function others({ unchanged, skipped, failed }: Outcomes): string[] {
  return [`${number(unchanged)} unchanged`, `${number(skipped)} skipped`, `${number(failed)} failed`];
}

function line(read: number, share: number | undefined, pace: Pace, parts: readonly string[]): string {
  const rate = pace.seconds > 0 ? pace.identities / pace.seconds : 0;
  const left = secondsLeft(share, pace);
  return [
    `${number(read)} read${share === undefined ? '' : ` (${Math.floor(share * 100)} %)`}`,
    ...parts,
    `${number(rate)}/s`,
    ...(left === undefined ? [] : [`${waitingTime(left)} left`]),
    `${number(pace.credits)} credits`,
  ].join(' · ');
}

function secondsLeft(share: number | undefined, { seconds, shareBefore }: Pace): number | undefined {
  if (share === undefined || share >= 1 || share <= shareBefore) return undefined;
  return (seconds * (1 - share)) / (share - shareBefore);
}

/** How many were not delivered, by outcome and reason: `{"skipped":{"no_email":3}}`. */
export function reasonCounts(reasons: ScanProgress['reasons']): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { outcome, reason, n } of reasons) {
    if (reason !== null) (counts[outcome] ??= {})[reason] = n;
  }
  return counts;
}

/** One line for each outcome with its reasons, and one for what is still waiting, if any. */
export function outcomeLines({
  outcomes,
  reasons,
  waiting = 0,
}: Pick<ScanProgress, 'outcomes' | 'reasons'> & { readonly waiting?: number }): string[] {
  const counted = Object.entries({ ...outcomes, ...(waiting > 0 && { waiting }) });
  const width = Math.max(...counted.map(([, n]) => number(n).length));
  return counted.map(([name, n]) => {
    const why = reasons.filter(({ outcome }) => outcome === name).sort((a, b) => b.n - a.n);
    const list = why.map((one) => `${one.reason} ${number(one.n)}`).join(', ');
    return `  ${name.padEnd(9)} ${number(n).padStart(width)}${list === '' ? '' : `   ${list}`}`;
  });
}

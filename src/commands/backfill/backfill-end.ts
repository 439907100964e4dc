/** The result of a backfill, as text and as JSON. */
import type { ExitCode } from '../../errors.ts';
import { waitWords } from '../../model/look-up-wait.ts';
import type { ScanProgress } from '../../sync/scan/progress.ts';
import { total } from '../../sync/scan/progress.ts';
import { printJson, say } from '../terminal/print.ts';

import type { End } from './scan-and-prune.ts';
import { waitingTime } from '../terminal/duration.ts';
import { outcomeLines, reasonCounts } from './progress-words.ts';

export interface BackfillResult extends End {
  readonly progress: ScanProgress;
  readonly credits: number;
  readonly seconds: number;
}

export function exitCodeOfBackfill(
  { how, putOff, aside, pruned }: End,
  { outcomes }: ScanProgress,
): ExitCode {
  if (how === 'interrupted') return 130;
  const left = outcomes.failed + putOff + totalOf(aside) + (pruned?.failed ?? 0);
  return how === 'credits' || left > 0 ? 3 : 0;
}

/**
 * Prints the result to stdout, as text or as the last line of `--json`. With `--json`, stderr says how to
 * resume.
 */
export function tellEnd(result: BackfillResult, { json }: { readonly json: boolean }): void {
  if (!json) {
    process.stdout.write(endText(result));
    return;
  }
  printJson(endEvent(result));
  if (result.how !== 'done') say(GO_ON);
}

const GO_ON = 'Run the same command again to go on from there.';

function endEvent({
  how,
  progress,
  putOff,
  aside,
  pruned,
  resumed,
  credits,
  seconds,
}: BackfillResult): object {
  const { outcomes, waiting } = progress;
  return {
    event: how === 'interrupted' ? 'stopped' : 'done',
    read: total(outcomes) + waiting,
    ...outcomes,
    reasons: reasonCounts(progress.reasons),
    ...(waiting > 0 && { waiting }),
    ...(putOff > 0 && { put_off: putOff }),
    ...(aside.length > 0 && { needs_coql: totalOf(aside), waits: aside }),
    ...(pruned !== undefined && { gone: pruned.gone, pruned: pruned.deleted, prune_failed: pruned.failed }),
    credits,
    seconds: Math.round(seconds * 10) / 10,
    resumed,
    finished: how === 'done',
  };
}

function totalOf(aside: End['aside']): number {
  return aside.reduce((sum, { count }) => sum + count, 0);
}

function endText(result: BackfillResult): string {
  const { how, progress, putOff, aside, pruned, credits, seconds } = result;
  const read = (total(progress.outcomes) + progress.waiting).toLocaleString('en');
  const time = `${waitingTime(seconds)}, ${credits.toLocaleString('en')} credits`;
  const lines = [`${how === 'done' ? 'Done:' : 'Stopped after'} ${read} identities (${time}).`];
  lines.push(...outcomeLines({ ...progress, waiting: progress.waiting - putOff - totalOf(aside) }));
  if (pruned !== undefined) {
    lines.push(
      `Pruned: ${pruned.gone} identities are gone from Ory; ${pruned.deleted} of their contacts were deleted.`,
    );
  }
  if (putOff > 0)
    lines.push(`${putOff} are locked or in approval in Zoho. serve delivers them once they are released.`);
  if (aside.length > 0) {
    lines.push(...aside.map((one) => waitWords(one)), 'After the fix, serve delivers them.');
  }
  if (progress.outcomes.failed > 0) lines.push('For what Zoho refused, and why, run: ory-zoho failed list');
  if (how === 'credits') lines.push("The rest of Zoho's credits for today is reserved for webhooks.");
  if (how !== 'done') lines.push(GO_ON);
  return `${lines.join('\n')}\n`;
}

import { OryZohoError } from '../../errors.ts';
import { drawAsOf } from '../../store/revision.ts';
import { countLinks } from '../../store/scan/absent.ts';
import type { Absentee } from '../../store/scan/absent.ts';
import { readCounts } from '../../store/scan/counts.ts';
import type { ScanRun } from '../../store/scan/run.ts';
import { confirmAbsent, putGone } from '../../sync/scan/absentees.ts';
import type { ScanContext } from '../../sync/scan/scan-context.ts';
import { sumUp } from '../../sync/scan/progress.ts';
import { untilLeft } from '../../sync/scan/until-left.ts';
import { confirmed } from '../terminal/confirmed.ts';
import { say } from '../terminal/print.ts';

/** The largest share of all links that is deleted without --force. */
const SHARE_AT_MOST = 0.1;

export interface Pruned {
  readonly gone: number;
  readonly deleted: number;
  readonly failed: number;
}

/**
 * Deletes the contacts of identities that are gone from Ory. It lists them, asks, and waits until they are
 * deleted.
 * @throws OryZohoError if there are too many; errors of reading from Ory
 */
export async function prune(
  context: ScanContext,
  { run }: ScanRun,
  { yes, force }: { readonly yes: boolean; readonly force: boolean },
  signal: AbortSignal,
): Promise<Pruned | 'cut' | 'credits'> {
  const gone = await confirmAbsent(context, run, Number.POSITIVE_INFINITY, signal);
  const nothing = { gone: gone.length, deleted: 0, failed: 0 };
  if (gone.length === 0) {
    say('No linked identity is gone from Ory: nothing to prune.');
    return nothing;
  }
  show(gone);
  const links = await countLinks(context.store);
  if (gone.length > links * SHARE_AT_MOST && !force) throw tooMany(gone.length, links);
  const question = `Delete these ${gone.length} contacts in Zoho?`;
  const answer = yes ? 'yes' : await confirmed(question, '--yes');
  if (answer === 'no') return nothing;
  if (answer === 'cut') return answer;

  const deletion = await drawAsOf(context.store);
  await putGone(context, gone, { event: 'backfill', policy: 'delete', run: deletion });
  const left = await untilLeft(context, deletion, signal);
  if (left === 'credits') return left;
  const { skipped, failed } = sumUp(await readCounts(context.store, deletion));
  return { gone: gone.length, deleted: skipped, failed: failed + left.putOff + left.aside };
}

function show(gone: readonly Absentee[]): void {
  const lines = gone.map(({ identityId, contactId }) => `  identity ${identityId}   contact ${contactId}`);
  say(`Gone from Ory, and still linked to a contact:\n${lines.join('\n')}`);
}

function tooMany(gone: number, links: number): OryZohoError {
  const share = Math.round((gone / links) * 100);
  return new OryZohoError(
    'prune_too_many',
    `${gone} of ${links} linked identities are gone from Ory (${share} %). Nothing was deleted.`,
    { hint: 'If that is correct, run the same command again with --force.' },
  );
}

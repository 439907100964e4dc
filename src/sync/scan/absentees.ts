import { OryZohoError } from '../../errors.ts';
import { IDS_PER_REQUEST } from '../../ory/admin/admin-client.ts';
import { confirmOryProject } from '../../store/ory-project.ts';
import { putDelete } from '../../store/outbox/put/put-delete.ts';
import type { PutDelete } from '../../store/outbox/put/put-delete.ts';
import { PUT_AT_MOST } from '../../store/outbox/put/put.ts';
import { dropAbsent, readAbsent } from '../../store/scan/absent.ts';
import type { Absentee } from '../../store/scan/absent.ts';
import { askOry } from './ask-ory.ts';
import { WRONG_PROJECT } from '../ory-project/reads-pause.ts';
import type { ScanContext } from './scan-context.ts';

/**
 * Those absentees of a run that are really gone: missing from a strong read by id, and then answered 404
 * (rule 28).
 * @param atMost the search ends at the first one beyond this number
 * @throws what `askOry` throws; OryZohoError `wrong_ory_project` if Ory has not returned any identity that
 * the ledger knows
 */
export async function confirmAbsent(
  context: ScanContext,
  run: number,
  atMost: number,
  signal: AbortSignal,
): Promise<Absentee[]> {
  const gone: Absentee[] = [];
  let after = '';
  while (gone.length <= atMost) {
    const candidates = await readAbsent(context.store, run, after, IDS_PER_REQUEST);
    const last = candidates.at(-1);
    if (last === undefined) break;
    after = last.identityId;
    const missing = await readMissing(
      context,
      candidates.map(({ identityId }) => identityId),
      signal,
    );
    gone.push(...candidates.filter(({ identityId }) => missing.has(identityId)));
  }
  return gone;
}

/** @returns those that are gone */
async function readMissing(
  context: ScanContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const gone = new Set<string>();
  await askOry(
    { ...context, world: context.store.world },
    async () => {
      // Identities that were read before a rate limit are not read again.
      const left = ids.filter((id) => !found.has(id) && !gone.has(id));
      const answer = await context.ory.readByIds(left, signal);
      for (const id of answer.found.keys()) found.add(id);
      for (const id of answer.gone) gone.add(id);
      return answer;
    },
    signal,
  );
  if (!(await confirmOryProject(context.store, [...found]))) {
    throw new OryZohoError(WRONG_PROJECT.reason, WRONG_PROJECT.message, {
      hint: 'Until then no identity counts as deleted. Check that ORY_ADMIN_URL is the project that filled this store.',
    });
  }
  await dropAbsent(context.store, [...found]);
  return gone;
}

/** Puts in that they are gone. Delivery reads each one again before it touches the contact. */
export async function putGone(
  { store, wake }: Pick<ScanContext, 'store' | 'wake'>,
  gone: readonly Absentee[],
  how: PutDelete,
): Promise<void> {
  for (let start = 0; start < gone.length; start += PUT_AT_MOST) {
    const ids = gone.slice(start, start + PUT_AT_MOST).map(({ identityId }) => identityId);
    await putDelete(store, ids, how);
    await dropAbsent(store, ids);
    wake();
  }
}

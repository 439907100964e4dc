import type { Identity } from '../../../model/identity.ts';
import { parseIdentity } from '../../../ory/identity/identity.ts';
import { drawAsOf } from '../../../store/revision.ts';
import { confirmOryProject, readProvingIds } from '../../../store/ory-project.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from '../work/round-context.ts';
import { giveBack } from '../work/give-back.ts';
import { WRONG_PROJECT } from '../../ory-project/reads-pause.ts';
import { snapshotOf } from '../../intake/snapshot.ts';
import { asGone, asRead } from '../work/work-steps.ts';
import { newWork } from '../work/work.ts';
import type { Work } from '../work/work.ts';

const READS_PAUSE_MS = 5_000;
/** How many known identities are read as proof. Some of them may be gone from Ory too. */
const PROVING_IDS = 20;

/**
 * Opens claimed rows. Three kinds are read from Ory first: rows that came from a hint or were changed by one
 * (rule 5), rows without a snapshot (rule 21), and rows of kind delete. An identity that Ory still has is not deleted (rule 7).
 */
export async function openRows(context: RoundContext, rows: readonly OutboxRow[]): Promise<Work[]> {
  const works = rows.map((row) => newWork(row, storedIdentity(row)));
  const toRead = works.filter(({ row }) => mustBeRead(context, row));
  return [...works.filter((work) => !toRead.includes(work)), ...(await readFresh(context, toRead))];
}

function mustBeRead({ ory }: RoundContext, { kind, readFirst, payload }: OutboxRow): boolean {
  return kind === 'delete' || (kind === 'upsert' && (payload === null || (readFirst && ory !== undefined)));
}

/** The identity as stored in its row. */
export function storedIdentity(row: OutboxRow): Identity {
  return parseIdentity(JSON.parse(row.payload ?? 'null')) ?? { id: row.identityId };
}

async function readFresh(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  if (works.length === 0) return [];
  const read = await strongRead(
    context,
    works.map(({ row }) => row.identityId),
  );
  const unread = works.filter(({ row }) => !read.gone.has(row.identityId) && !read.found.has(row.identityId));
  await giveBack(context, unread, () => ({ dueInMs: read.waitMs }));
  // Drawn after the answer: reads that are running at the same time may still show identities that are gone
  // for good.
  const goneAsOf = read.gone.size === 0 ? read.asOf : await drawAsOf(context.store);
  return works.flatMap((work) => {
    const id = work.row.identityId;
    if (read.gone.has(id)) return [asGone(work, goneAsOf)];
    const identity = read.found.get(id);
    return identity === undefined ? [] : [withRead(context, work, identity, read.asOf)];
  });
}

function withRead(context: RoundContext, work: Work, shown: Identity, as_of: number): Work {
  const { signed_in_at } = work.identity;
  // Only login webhooks have this value. A read must not remove it.
  const identity = signed_in_at === undefined ? shown : { ...shown, signed_in_at };
  const read = snapshotOf(identity, work.row.event, context.store.hmac);
  const row: OutboxRow = {
    ...work.row,
    kind: 'upsert',
    policy: null,
    idOnly: false,
    payload: read.payload,
    hint: false,
    readFirst: false,
    version: read.version,
    verified: read.verified,
    asOf: as_of,
    addressesHash: read.addressesHash,
    contentHash: read.contentHash,
    profileHash: read.profileHash,
  };
  return asRead(work, row, identity);
}

/**
 * A strong read, with the `as_of` drawn before its request. An id in neither set was not read; try again
 * after `waitMs`.
 */
export interface DatedRead {
  readonly asOf: number;
  readonly found: ReadonlyMap<string, Identity>;
  readonly gone: ReadonlySet<string>;
  readonly waitMs: number;
}

/**
 * Reads identities from Ory. An identity counts as gone only if this admin URL has proved to be the right
 * project.
 */
export async function strongRead(context: RoundContext, ids: readonly string[]): Promise<DatedRead> {
  const asOf = await drawAsOf(context.store);
  const read = await context.ory?.readByIds(ids, context.signal);
  if (read === undefined) return { asOf, found: new Map(), gone: new Set(), waitMs: READS_PAUSE_MS };
  let waitMs = READS_PAUSE_MS;
  if (read.kind === 'failed') {
    waitMs = read.waitMs ?? READS_PAUSE_MS;
    context.report({ what: 'reads_paused', reason: read.reason, message: read.message, ms: waitMs });
  }
  const confirmed =
    (await confirmOryProject(context.store, [...read.found.keys()])) ||
    (read.gone.size > 0 && (await confirmByOthers(context)));
  if (read.kind === 'read') context.report({ what: 'reads_answered', confirmed });
  if (read.gone.size === 0 || confirmed) return { asOf, found: read.found, gone: read.gone, waitMs };
  context.report({ what: 'reads_paused', ...WRONG_PROJECT });
  return { asOf, found: read.found, gone: new Set(), waitMs: WRONG_PROJECT.ms };
}

/** If none of the identities that were read proves the project, others are read. */
async function confirmByOthers({ store, ory, signal }: RoundContext): Promise<boolean> {
  const ids = await readProvingIds(store, PROVING_IDS);
  const read = ids.length === 0 ? undefined : await ory?.readByIds(ids, signal);
  return read !== undefined && confirmOryProject(store, [...read.found.keys()]);
}

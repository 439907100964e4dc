import { readSettings } from '../../config/sources.ts';
import type { ServeConfig } from '../../config/serve-config.ts';
import { ConfigurationError, OryZohoError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { listLeftOut } from '../../store/left-out.ts';
import type { Store } from '../../store/open.ts';
import { discardFailed } from '../../store/outbox/failed/failed-discard.ts';
import type { FailedFilter } from '../../store/outbox/failed/failed-filter.ts';
import { countFailed, listFailed, readFailed } from '../../store/outbox/failed/failed-list.ts';
import { retryFailed } from '../../store/outbox/failed/failed-retry.ts';
import { readProcesses } from '../../store/live-processes.ts';
import { confirmed } from '../terminal/confirmed.ts';
import { withExistingStore } from '../parts/existing-store.ts';
import { countsLine, failedTable, listed, totalOf } from './failed-rows.ts';
import { leftOutFilter, leftOutTable, listedLeftOut } from './left-out-rows.ts';
import { recordPage } from '../parts/contact-page.ts';
import { retryLeftOut } from './retry-left-out.ts';
import { chosen, filterOf, limitOf, listFilter } from './selection.ts';
import type { DiscardOptions, ListOptions, RetryOptions } from './selection.ts';
import { recordMaker } from './sent-record.ts';
import { shownRow, shownText } from './show-row.ts';
import { readMapping } from '../parts/open-parts.ts';
import { configWithMadeUpValues } from '../parts/required-values.ts';
import { print, say } from '../terminal/print.ts';
import { terminalWidth } from '../terminal/text-table.ts';
import { hostsOf } from '../parts/zoho-connection.ts';

/** The most rows shown for one email; more than one is rare. */
const SHOWN_AT_MOST = 20;

/** `failed list`: failed records and their reasons, newest first. docs/operations.md describes `--json`. */
export async function listFailedRows(options: ListOptions): Promise<void> {
  if (options.fields) return listFields(options);
  const filter = listFilter(options);
  await inStore(async (store) => {
    const rows = await listFailed(store, filter, limitOf(options));
    const counts = await countFailed(store, filter);
    const total = totalOf(counts);
    if (options.json) print(JSON.stringify(rows.map(listed), null, 2));
    else if (total === 0) print('Nothing has failed.');
    else print([countsLine(counts), '', ...failedTable(rows, Date.now(), terminalWidth())].join('\n'));
    if (rows.length < total) say(`Showing ${rows.length} of ${total}; a higher --limit shows more.`);
    if (!options.json && total > 0) say('`ory-zoho failed show <email or id>` shows the reason and the fix.');
  });
}

async function listFields(options: ListOptions): Promise<void> {
  const filter = leftOutFilter(undefined, options);
  await inStore(async (store) => {
    const limit = limitOf(options);
    const found = await listLeftOut(store, filter, limit + 1);
    const rows = found.slice(0, limit).map(listedLeftOut);
    if (options.json) print(JSON.stringify(rows, null, 2));
    else if (rows.length === 0) print('No contact has a field that was left out or cut.');
    else print(leftOutTable(rows, terminalWidth()).join('\n'));
    if (found.length > rows.length) say('There are more; a higher --limit shows them.');
    if (!options.json && rows.length > 0) {
      say(
        'The contacts are in Zoho. refused: Zoho refused the value. unfit: the value does not fit the field.',
      );
      say(
        'cut: the field has the beginning of a longer text. --json has the reasons in words. A change in Ory or in the',
      );
      say('mapping sends a field again, and so does `ory-zoho failed retry --fields --all`.');
    }
  });
}

/** `failed show`: the record, Zoho's answer and the fix. @throws OryZohoError if it has no failed row */
export async function showFailed(who: string, { json }: { readonly json: boolean }): Promise<void> {
  const filter = filterOf(who);
  await inStore(async (store, config) => {
    const rows = await readFailed(store, filter, SHOWN_AT_MOST);
    if (rows.length === 0) throw nothingFailed();
    const maker = await recordMaker(store, config.mappingFile, config.oryIdField);
    const hosts = hostsOf(config.zoho);
    const linkTo = (id: string) => recordPage(hosts, maker.module, id);
    const shown = [];
    for (const row of rows) shown.push(shownRow(row, await maker.of(row), linkTo));
    const now = Date.now();
    print(json ? JSON.stringify(shown, null, 2) : shown.map((row) => shownText(row, now)).join('\n'));
  });
}

/** `failed retry`: makes failed rows due at once. @throws OryZohoError if no failed row matches */
export async function retryFailedRows(who: string | undefined, options: RetryOptions): Promise<void> {
  if (options.fields) return retryFields(who, options);
  const filter = chosen(who, options);
  if (options.takeOver && who === undefined) {
    throw new ConfigurationError('which', '--take-over is for one identity at a time.', {
      hint: 'Give its email or id. `ory-zoho failed show` shows which identity would lose the contact.',
    });
  }
  await inStore(async (store) => {
    const ids = await retryFailed(store, filter, options.takeOver);
    if (ids.length === 0) throw nothingFailed();
    if (options.json) print(JSON.stringify({ retried: ids.length, identity_ids: ids }));
    else print(`${rowsInWords(ids.length)} due now.`);
    await sayWhoDelivers(store);
  });
}

async function retryFields(who: string | undefined, options: RetryOptions): Promise<void> {
  const filter = leftOutFilter(who, options);
  chosen(who, options);
  await inStore(async (store, config) => {
    const { ory, oryIdField } = config;
    const place = { store, mapping: await readMapping(config), oryIdField, ory };
    const { identityIds, due, because } = await retryLeftOut(place, filter);
    if (identityIds.length === 0) throw nothingFailed();
    const later = identityIds.length - due;
    if (options.json) print(JSON.stringify({ retried: identityIds.length, due, identity_ids: identityIds }));
    else
      print(`${rowsInWords(due)} due now${later === 0 ? '' : `, ${later} with their next change in Ory`}.`);
    if (because !== null) say(`Some could not be read from Ory: ${because}.`);
    if (due > 0) await sayWhoDelivers(store);
  });
}

async function sayWhoDelivers(store: Store): Promise<void> {
  const served = (await readProcesses(store)).some(({ kind }) => kind === 'serve');
  say(
    served
      ? 'The running serve delivers them.'
      : 'No serve is running. Start `ory-zoho serve` to deliver them.',
  );
}

/**
 * `failed discard`: deletes failed rows, after a question.
 * @returns 130 if the question was interrupted
 * @throws OryZohoError if there is nothing to discard
 */
export async function discardFailedRows(who: string | undefined, options: DiscardOptions): Promise<ExitCode> {
  const filter = chosen(who, options);
  return inStore(async (store) => {
    const count = await askedFor(store, filter);
    say(`${rowsInWords(count)} to be discarded. The changes in these rows will not reach Zoho,`);
    say('and their contacts stay as they are until something changes in Ory or in the mapping.');
    const answer = options.yes ? 'yes' : await confirmed('Discard?', '--yes');
    if (answer !== 'yes') {
      say('Nothing was changed.');
      return answer === 'cut' ? 130 : 0;
    }
    const ids = await discardFailed(store, filter);
    const kept = totalOf(await countFailed(store, { ...filter, erasures: false, inDoubt: true }));
    if (kept > 0) {
      say(
        `${rowsInWords(kept)} kept, because a call for them had no answer. \`serve\` finds out what the call did; discard them after that.`,
      );
    }
    if (options.json) print(JSON.stringify({ discarded: ids.length, identity_ids: ids }));
    else print(`Discarded ${ids.length}.`);
    return 0;
  });
}

async function askedFor(store: Store, filter: FailedFilter): Promise<number> {
  const all = totalOf(await countFailed(store, filter));
  const count = totalOf(await countFailed(store, { ...filter, erasures: false }));
  if (count < all) say(`${all - count} of them are erasures. They stay until they are done.`);
  if (count === 0) throw nothingFailed();
  return count;
}

function nothingFailed(): OryZohoError {
  return new OryZohoError('nothing_failed', 'No failed record matches.', {
    hint: '`ory-zoho failed list` shows what failed, `ory-zoho status` what is waiting.',
  });
}

async function inStore<T>(work: (store: Store, config: ServeConfig) => Promise<T>): Promise<T> {
  const config = configWithMadeUpValues(await readSettings({}));
  return withExistingStore(config.databaseUrl, (store) => work(store, config));
}

function rowsInWords(count: number): string {
  return count === 1 ? '1 row is' : `${count} rows are`;
}

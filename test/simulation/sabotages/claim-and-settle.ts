/** Sabotages of rules 8 to 12 and 32: leases, keys, marks, and the step that settles a row. */
import type { Sabotage } from './sabotage.ts';

const OUTBOX = 'src/store/outbox';
const DOUBT = 'src/sync/round/doubt';

export const OF_CLAIM_AND_SETTLE: readonly Sabotage[] = [
  {
    name: 'settle without the token',
    rule: 8,
    file: `${OUTBOX}/settle/settle.ts`,
    find: "WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`",
    replace: "WHERE $1 <> '' AND identity_id IN ${store.database.can.texts('$2')}`",
  },
  {
    name: 'release without the token',
    rule: 8,
    file: `${OUTBOX}/release.ts`,
    find: 'WHERE identity_id = $1 AND lease_token = $2`',
    replace: "WHERE identity_id = $1 AND $2 <> ''`",
  },
  {
    name: 'leases are not renewed',
    rule: 9,
    file: `${OUTBOX}/renew.ts`,
    find: 'UPDATE outbox SET lease_until = ${now} + ${LEASE_MS}',
    replace: 'UPDATE outbox SET lease_until = lease_until + ${now} - ${now} + ${LEASE_MS} - ${LEASE_MS}',
  },
  {
    name: 'a lost lease is not noticed',
    rule: 9,
    file: 'src/sync/delivery/leases.ts',
    find: 'else lease.abort.abort();',
    replace: '',
  },
  {
    name: 'a lease is not looked at',
    rule: 9,
    file: `${OUTBOX}/row.ts`,
    find: '(${table}.lease_until IS NULL OR',
    replace: '(1 = 1 OR ${table}.lease_until IS NULL OR',
  },
  {
    name: 'times do not move back with the clock',
    rule: 9,
    file: 'src/store/clock-set-back.ts',
    find: 'if (ahead <= SLACK_MS) return 0;',
    replace: 'if (ahead <= SLACK_MS * 1e9) return 0;',
  },
  {
    name: 'the key of an email is not leased',
    rule: 10,
    file: 'src/store/key/lease.ts',
    find: '  if (keys.length === 0) return;\n  await sql.run(\n    `INSERT INTO identity_key (key, identity_id, lease_token) VALUES',
    replace:
      '  if (keys.length < 1e9) return;\n  await sql.run(\n    `INSERT INTO identity_key (key, identity_id, lease_token) VALUES',
  },
  {
    name: 'no key is held',
    rule: 10,
    file: 'src/store/key/holders.ts',
    find: 'return `(${key}.in_doubt = 1 OR EXISTS (',
    replace: 'return `(1 = 0 AND EXISTS (',
  },
  {
    name: 'the key of a call in doubt is not kept',
    rule: 10,
    file: 'src/store/key/lease.ts',
    find: 'ON CONFLICT (key, identity_id) DO UPDATE SET in_doubt = 1`',
    replace: 'ON CONFLICT (key, identity_id) DO UPDATE SET in_doubt = 0`',
  },
  {
    name: 'a newer email is not taken as a key',
    rule: 10,
    file: 'src/sync/round/round.ts',
    find: 'if (wanted.length === 0) return [...works];',
    replace: 'if (wanted.length < 1e9) return [...works];',
  },
  {
    name: 'no marks are written',
    rule: 11,
    file: `${OUTBOX}/write-marks.ts`,
    find: 'UPDATE outbox SET marks = v.column2',
    replace: 'UPDATE outbox SET marks = outbox.marks',
  },
  {
    name: 'a mark is cleared without an answer',
    rule: 11,
    file: 'src/sync/round/write/after-failure.ts',
    find: 'if (suspicious) return halveSuspects(context, works);\n      return giveBack(context, works, asDueAsBefore);',
    replace:
      'if (suspicious) return halveSuspects(context, works);\n      return giveBack(context, works.map((work) => unmarked(work, call)), asDueAsBefore);',
  },
  {
    name: 'a new mark replaces one in doubt',
    rule: 11,
    file: 'src/sync/round/write/call-zoho.ts',
    find: 'const marks = [...withoutCovered(one.work.marks), markOf(one, call)];',
    replace: 'const marks = [...withoutCovered(one.work.marks).slice(0, 0), markOf(one, call)];',
  },
  {
    name: 'a doubt is not settled first',
    rule: 11,
    file: `${DOUBT}/settle-first.ts`,
    find: 'const doubted = open.filter(isInDoubt);',
    replace: 'const doubted = open.filter((row) => isInDoubt(row) && claim.doubtOnly.has(row.identityId));',
  },
  {
    name: 'a doubt finds no contact',
    rule: 11,
    file: `${DOUBT}/settle-first.ts`,
    find: "return resolved.is === 'none' ? undefined : { ...resolved.contact, origin: resolved.origin };",
    replace:
      "return resolved.is === 'none' || resolved.origin === 'made' ? undefined : { ...resolved.contact, origin: resolved.origin };",
  },
  {
    name: 'a settled doubt forgets its fields',
    rule: 11,
    file: `${DOUBT}/resolve.ts`,
    find: 'if (inDoubt && contactId === null) return [];',
    replace: 'if (inDoubt) return [];',
  },
  {
    name: 'a field in doubt does not count as changed',
    rule: 11,
    file: 'src/sync/round/work/input-for-decide.ts',
    find: 'inDoubt: new Set(marks.flatMap((mark) => mark.fields)),',
    replace: 'inDoubt: new Set(marks.slice(0, 0).flatMap((mark) => mark.fields)),',
  },
  {
    name: 'a newer put is lost',
    rule: 12,
    file: `${OUTBOX}/settle/settling.ts`,
    find: 'const moved = row.revision !== settlement.row.revision || isFreeByNow(settlement, row);',
    replace: 'const moved = isFreeByNow(settlement, row);',
  },
  {
    name: 'a stop forgets the marks',
    rule: 32,
    file: `${OUTBOX}/release.ts`,
    find: 'UPDATE outbox SET lease_token = NULL, lease_until = NULL WHERE',
    replace: "UPDATE outbox SET lease_token = NULL, marks = '[]', lease_until = NULL WHERE",
  },
];

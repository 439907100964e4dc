/** Sabotages of rules 1 to 7 and 30: which snapshot counts, and when a webhook may be answered. */
import type { Sabotage } from './sabotage.ts';

const PUT = 'src/store/outbox/put';

export const OF_INTAKE: readonly Sabotage[] = [
  {
    name: 'verified addresses do not count',
    rule: 1,
    file: 'src/model/version.ts',
    find: 'return comparable ? left.verified - right.verified : 0;',
    replace: 'return comparable ? 0 : 0;',
  },
  {
    name: 'close webhooks are not read from Ory',
    rule: 1,
    file: `${PUT}/age.ts`,
    find: "if (entry.readAsOf === undefined && rules.adminReads && isUnclear(entry, stored)) return 'unclear';",
    replace: '',
  },
  {
    name: 'a read is compared by its time alone',
    rule: 2,
    file: `${PUT}/age.ts`,
    find: "if (entry.readAsOf !== undefined && entry.readAsOf > stored.asOf) return 'newer';",
    replace: '',
  },
  {
    name: 'an older webhook is accepted',
    rule: 3,
    file: `${PUT}/merge.ts`,
    find: "const older = ages.includes('older');",
    replace: "const older = ages.includes('unclear') && ages.includes('older');",
  },
  {
    name: 'the ledger is not compared',
    rule: 3,
    file: `${PUT}/merge.ts`,
    find: 'const ages = [row && age(entry, row, rules), ledger && ageBesideLedger(entry, row, ledger, rules)];',
    replace:
      "const ages = [row && age(entry, row, rules), ledger && ageBesideLedger(entry, row, ledger, rules) === 'unclear' && 'unclear'];",
  },
  {
    name: 'a hint is delivered without a read',
    rule: 5,
    file: `${PUT}/merge.ts`,
    find: 'row: { ...next, hint: true, readFirst: adminReads, due: true, moved: true },',
    replace: 'row: { ...next, hint: true, readFirst: false, due: true, moved: true },',
  },
  {
    name: 'a webhook of an erased identity is accepted',
    rule: 7,
    file: `${PUT}/merge.ts`,
    find: "if (ledger?.erasedAt != null || row?.kind === 'erase') return { result: 'erased' };",
    replace: "if (row?.kind === 'erase') return { result: 'erased' };",
  },
  {
    name: 'a webhook cancels a deletion',
    rule: 7,
    file: `${PUT}/merge.ts`,
    find: "if (deleted && (!read || readAsOf < deletion.asOf)) return { result: 'deleted' };",
    replace: "if (deleted && read && readAsOf < deletion.asOf) return { result: 'deleted' };",
  },
  {
    name: '200 before the commit',
    rule: 30,
    file: 'src/sync/intake/intake.ts',
    find: 'this.#waiting.push({ entry, resolve, reject });',
    replace: "this.#waiting.push({ entry, resolve: () => {}, reject: () => {} });\n        resolve('put');",
  },
];

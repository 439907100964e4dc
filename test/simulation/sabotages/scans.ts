/** Sabotages of rules 25 to 28: scans. */
import type { Sabotage } from './sabotage.ts';

export const OF_SCANS: readonly Sabotage[] = [
  {
    name: 'a scan takes each known identity for unchanged',
    rule: 25,
    file: 'src/sync/scan/compare.ts',
    find: 'known.contentHash === rules.contentHash(identity)',
    replace: 'known !== undefined',
  },
  {
    name: 'a scan sees no change',
    rule: 25,
    file: 'src/sync/scan/compare.ts',
    find: "if (known !== undefined) return { do: 'put', event: 'reconcile', priority };",
    replace: "if (known !== undefined) return { do: 'pass' };",
  },
  {
    name: 'a scan skips a page',
    rule: 25,
    file: 'src/sync/scan/pages.ts',
    find: 'if (page.next === null) return;',
    replace: 'if (page.next !== undefined) return;',
  },
  {
    name: 'a missed sign-up is passed over',
    rule: 26,
    file: 'src/sync/scan/compare.ts',
    find: "if ((createdAtMicros(identity) ?? 0) >= since) return { do: 'put', event: 'registration', priority };",
    replace: "if ((createdAtMicros(identity) ?? 0) >= since) return { do: 'pass' };",
  },
  {
    name: 'a time without serve is no gap',
    rule: 27,
    file: 'src/store/process.ts',
    find: 'await noteServed(store, sql, GAP_AT_START_MS);',
    replace: 'await noteServed(store, sql, GAP_AT_START_MS * 1e9);',
  },
  {
    name: 'an absentee is not looked for',
    rule: 28,
    file: 'src/sync/scan/absentees.ts',
    find: 'await dropAbsent(context.store, [...found]);',
    replace: 'gone.clear();\n  await dropAbsent(context.store, [...found]);',
  },
];

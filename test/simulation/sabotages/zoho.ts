/** Sabotages of rules 13 to 16: what Zoho answers, batches, and how a contact is found. */
import type { Sabotage } from './sabotage.ts';

const WRITE = 'src/sync/round/write';
const ANSWER = 'src/zoho/answer';

export const OF_ZOHO: readonly Sabotage[] = [
  {
    name: 'a 429 counts as written',
    rule: 13,
    file: `${WRITE}/after-failure.ts`,
    find: "case 'not_done':\n      noteFailure(context, failure, startedAt);",
    replace:
      "case 'not_done':\n      if (failure.pause === 'rate_limit' || failure.pause === 'credits')\n        return settleWorks(context, works.map((work) => ({ work, outcome: { is: 'delivered' } })));\n      noteFailure(context, failure, startedAt);",
  },
  {
    name: 'a 5xx counts as not done',
    rule: 11,
    file: `${ANSWER}/classify-call.ts`,
    find: "return { kind: 'in_doubt', pause: 'zoho_unavailable', message, ...wait };",
    replace: "return { kind: 'not_done', pause: 'zoho_unavailable', message, ...wait };",
  },
  {
    name: 'a cut connection counts as not done',
    rule: 11,
    file: 'src/zoho/call.ts',
    find: "kind: answer.mayHaveArrived ? 'in_doubt' : 'not_done',",
    replace: "kind: 'not_done',",
  },
  {
    name: 'an answer that cannot be read counts as not done',
    rule: 13,
    file: `${ANSWER}/classify-call.ts`,
    find: "return { kind: 'in_doubt', pause: 'zoho_unavailable', message };",
    replace: "return { kind: 'not_done', pause: 'zoho_unavailable', message };",
  },
  {
    name: 'a failed call fails its rows',
    rule: 13,
    file: `${WRITE}/after-failure.ts`,
    find: 'const suspicious = works.some(({ row }) => row.strikes >= 2);',
    replace:
      "const suspicious = works.some(({ row }) => row.strikes >= 2);\n      await settleWorks(context, works.map((work) => ({ work, outcome: { is: 'failed', failure: ownFailure('zoho_error', 'x') } })));",
  },
  {
    name: 'an answer of the wrong length is accepted',
    rule: 14,
    file: `${ANSWER}/classify-write.ts`,
    find: 'if (data.length !== sent.records.length) {',
    replace: 'if (data.length > sent.records.length) {',
  },
  {
    name: 'one strike is enough to fail',
    rule: 14,
    file: 'src/sync/pace/pace.ts',
    find: 'return row.strikes >= 10 && row.firstStrikeAt !== null && now - row.firstStrikeAt >= HOUR;',
    replace: 'return row.strikes >= 1 && now > 0;',
  },
  {
    name: 'the answers of a batch in the wrong order',
    rule: 15,
    file: `${WRITE}/send.ts`,
    find: 'const item = answer.items[index];',
    replace: 'const item = answer.items[sent.length - 1 - index];',
  },
  {
    name: 'the records of a batch in another order',
    rule: 15,
    file: `${WRITE}/send.ts`,
    find: 'const records = writes.map(({ plan }) => plan.fields);',
    replace: 'const records = writes.map(({ plan }) => plan.fields).toReversed();',
  },
  {
    name: 'a look-up finds nothing',
    rule: 16,
    file: 'src/sync/round/look-up/look-up.ts',
    find: "const contacts = answer.kind === 'found' ? answer.contacts : [];",
    replace: "const contacts = answer.kind === 'found' ? answer.contacts.slice(0, 0) : [];",
  },
  {
    name: 'the newest of several contacts is taken',
    rule: 16,
    file: 'src/sync/decide/match.ts',
    find: 'const byAge = found.toSorted((left, right) => compareIds(left.id, right.id));',
    replace: 'const byAge = found.toSorted((left, right) => compareIds(right.id, left.id));',
  },
];

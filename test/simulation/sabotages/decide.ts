/** Sabotages of rules 17 to 24: which contact belongs to an identity, and what is written to it. */
import type { Sabotage } from './sabotage.ts';

const DECIDE = 'src/sync/decide';

export const OF_DECIDE: readonly Sabotage[] = [
  {
    name: 'fill overwrites',
    rule: 17,
    file: `${DECIDE}/write-rules.ts`,
    find: 'return !keepsValues(policy) || isEmptyValue(has);',
    replace: 'return !keepsValues(policy) || isEmptyValue(has) || has !== undefined;',
  },
  {
    name: 'all fields are sent each time',
    rule: 18,
    file: `${DECIDE}/changed-fields.ts`,
    find: 'if (remembered.sent[name] === hash.sent(name, field.value) && !inDoubt.has(name)) continue;',
    replace: '',
  },
  {
    name: 'a value that is gone is not cleared',
    rule: 18,
    file: `${DECIDE}/changed-fields.ts`,
    find: 'if (field.value === null && !(field.clear && once)) continue;\n    if (remembered',
    replace: 'if (field.value === null || (!field.clear && once)) continue;\n    if (remembered',
  },
  {
    name: 'a duplicate is not followed',
    rule: 20,
    file: `${DECIDE}/judge.ts`,
    find: 'if (!sent.linked && mayBeOurs && key && here && contactId !== undefined && !sent.followed) {',
    replace: 'if (!sent.linked && mayBeOurs && key && here && contactId !== undefined && !key) {',
  },
  {
    name: 'the owner of a contact is not asked',
    rule: 21,
    file: `${DECIDE}/decide.ts`,
    find: "if (ownerId !== undefined) return { do: 'ask_owner', ownerId, contactId: match.id };",
    replace: '',
  },
  {
    name: 'the owner of a contact counts as gone',
    rule: 21,
    file: 'src/sync/round/owner/owner.ts',
    find: 'const owner = read.found.get(ownerId);',
    replace:
      'const owner = read.found.get(`${ownerId} is gone`);\n  if (!read.gone.has(ownerId)) Object.assign(read, { gone: new Set([ownerId]) });',
  },
  {
    name: 'an heir does not clear',
    rule: 21,
    file: `${DECIDE}/inherit.ts`,
    find: 'if (value === null && mandatory.has(name)) return undefined;',
    replace: 'if (value === null && mandatory.size >= 0) return undefined;',
  },
  {
    name: 'the heritage is forgotten',
    rule: 21,
    file: 'src/store/unlink.ts',
    find: 'await leaveHeritage(store, sql, identityId);',
    replace: '',
  },
  {
    name: 'an heir gets what was sent for the first identity',
    rule: 21,
    file: 'src/sync/round/look-up/heirs.ts',
    find: 'if (left === undefined) return withHeritage(work, undefined, []);',
    replace: 'if (left !== undefined || contacts.length >= 0) return withHeritage(work, undefined, []);',
  },
  {
    name: 'a contact that is gone fails its identity',
    rule: 22,
    file: `${DECIDE}/judge.ts`,
    find: "return sent.plan.do === 'update' && !sent.linkGone",
    replace: "return sent.plan.do === 'update' && sent.linkGone",
  },
  {
    name: 'an erasure leaves the contact',
    rule: 24,
    file: `${DECIDE}/parting.ts`,
    find: "if (input.standing === 'erased') return { reason: 'erased', policy: 'delete', tag: '' };",
    replace: "if (input.standing === 'erased') return { reason: 'erased', policy: 'leave', tag: '' };",
  },
  {
    name: 'an erasure does not look for a contact in doubt',
    rule: 24,
    file: 'src/sync/round/doubt/resolve.ts',
    find: "return keysInDoubt(marks).length > 0 || (kind === 'erase' && marks.some(isUpsert));",
    replace: "return keysInDoubt(marks).length > 0 && kind !== 'erase';",
  },
  {
    name: 'an identity that is gone keeps its contact',
    rule: 24,
    file: `${DECIDE}/parting.ts`,
    find: "if (input.standing === 'gone') {",
    replace: "if (input.standing === 'gone' && rules.recreate !== rules.recreate) {",
  },
];

import type { Mark } from '../../../store/outbox/row.ts';

/** Tags stand among a mark's fields; no API name of a field has a colon. */
const PREFIX = 'tag:';

/** Rule 11: what a call that puts tags on is marked with. */
export function tagMark(call: string, tags: readonly string[]): Mark {
  return { call, fields: tags.map((tag) => `${PREFIX}${tag}`), key: null };
}

/** Tags that a call without an answer may have put on. */
export function tagsInDoubt(marks: readonly Mark[]): string[] {
  return marks
    .flatMap(({ fields }) => fields)
    .filter((field) => field.startsWith(PREFIX))
    .map((field) => field.slice(PREFIX.length));
}

/** The marks once these tags are surely off. */
export function withoutTagMarks(marks: readonly Mark[], tags: readonly string[]): Mark[] {
  const off = new Set(tags.map((tag) => `${PREFIX}${tag}`));
  return marks.flatMap((mark) => {
    const fields = mark.fields.filter((field) => !off.has(field));
    const wasOnlyThese = fields.length === 0 && mark.fields.length > 0 && mark.key === null;
    return wasOnlyThese ? [] : [{ ...mark, fields }];
  });
}

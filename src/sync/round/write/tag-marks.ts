import type { Mark } from '../../../store/outbox/row.ts';

/** A mark stores tags among its fields. API names of fields never contain a colon. */
const PREFIX = 'tag:';

/** Rule 11: the mark of a call that adds tags. */
export function tagMark(call: string, tags: readonly string[]): Mark {
  return { call, fields: tags.map((tag) => `${PREFIX}${tag}`), key: null };
}

/** Tags that an unanswered call may have added. */
export function tagsInDoubt(marks: readonly Mark[]): string[] {
  return marks
    .flatMap(({ fields }) => fields)
    .filter((field) => field.startsWith(PREFIX))
    .map((field) => field.slice(PREFIX.length));
}

/** The marks after these tags are surely removed. */
export function withoutTagMarks(marks: readonly Mark[], tags: readonly string[]): Mark[] {
  const off = new Set(tags.map((tag) => `${PREFIX}${tag}`));
  return marks.flatMap((mark) => {
    const fields = mark.fields.filter((field) => !off.has(field));
    const wasOnlyThese = fields.length === 0 && mark.fields.length > 0 && mark.key === null;
    return wasOnlyThese ? [] : [{ ...mark, fields }];
  });
}

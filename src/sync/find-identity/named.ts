import { uuidIn } from '../../model/uuid.ts';

/** An identity as a person names it. An email is whatever Ory may know somebody by: it is not judged here. */
export type Named =
  | { readonly by: 'email'; readonly email: string }
  | { readonly by: 'id'; readonly id: string };

/** @returns undefined: the text is neither an email nor the id of an identity */
export function namedIn(text: string): Named | undefined {
  const id = uuidIn(text.trim());
  if (id !== undefined) return { by: 'id', id };
  return text.includes('@') ? { by: 'email', email: text.trim() } : undefined;
}

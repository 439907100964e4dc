import { uuidIn } from '../../model/uuid.ts';

/**
 * An identity as a person names it. The email may be anything that Ory may use as an identifier. It is not
 * checked here.
 */
export type Named =
  | { readonly by: 'email'; readonly email: string }
  | { readonly by: 'id'; readonly id: string };

/** @returns undefined if the text is neither an email nor the id of an identity */
export function namedIn(text: string): Named | undefined {
  const id = uuidIn(text.trim());
  if (id !== undefined) return { by: 'id', id };
  return text.includes('@') ? { by: 'email', email: text.trim() } : undefined;
}

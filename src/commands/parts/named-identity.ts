import { ConfigurationError } from '../../errors.ts';
import { uuidIn } from '../../model/uuid.ts';
import { namedIn } from '../../sync/find-identity/named.ts';
import type { Named } from '../../sync/find-identity/named.ts';

/**
 * The identity that an argument names.
 * @throws ConfigurationError when it is neither an email nor the id of an identity
 */
export function namedBy(who: string): Named {
  const named = namedIn(who);
  if (named !== undefined) return named;
  throw new ConfigurationError('who', `"${who}" is neither an email nor the id of an identity.`, {
    hint: 'Give the email, or the id of the identity in Ory (a UUID).',
  });
}

/** The value of `--id`. @throws ConfigurationError if it is not a UUID */
export function idOfFlag(text: string): string {
  const id = uuidIn(text);
  if (id !== undefined) return id;
  throw new ConfigurationError('usage', `--id is not a UUID: "${text}".`, {
    hint: "Give the identity's id, such as 9f425a8d-7efc-4768-8f23-7647a74fdf13.",
  });
}

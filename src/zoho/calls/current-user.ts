import { z } from 'zod';
import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import { readOne } from './read-one.ts';

/** The Zoho user that a connection acts for. */
export interface ZohoUser {
  readonly name: string;
  readonly email: string | undefined;
  /** The name of the profile, such as Administrator. The profile decides what the user may do. */
  readonly profile: string | undefined;
}

export type CurrentUserAnswer =
  | { readonly kind: 'user'; readonly user: ZohoUser }
  /** The connection lacks ZohoCRM.users.READ. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

const userSchema = z.object({
  full_name: z.string(),
  email: z.string().optional().catch(undefined),
  profile: z.object({ name: z.string() }).optional().catch(undefined),
});

const usersBody = z.object({ users: z.tuple([userSchema], z.unknown()) });

/** Reads the user of the connection (Zoho CRM API, "Get Users", `type=CurrentUser`). 1 credit. */
export async function readCurrentUser(caller: Caller, signal?: AbortSignal): Promise<CurrentUserAnswer> {
  const result = await readOne(
    caller,
    { operation: 'users', path: 'users?type=CurrentUser', signal },
    usersBody,
  );
  if (result.kind !== 'ok') return result;
  const { full_name, email, profile } = result.value.users[0];
  return { kind: 'user', user: { name: full_name, email, profile: profile?.name } };
}

import type { Mapping } from '../../../mapping/file/mapping-schema.ts';
import { lineThatNeedsCoql } from '../../../mapping/file/needs-coql.ts';
import type { Unseen } from '../../../model/contact.ts';
import { LOOK_UP_WAITS, waitsBecause } from '../../../model/look-up-wait.ts';
import { fail, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Contacts cannot be looked up. That only fails if the mapping needs it.
 * @param message Zoho's reason, if it refuses the queries
 */
export function coqlFinding(
  mapping: Pick<Mapping, 'adopt' | 'adopt_unverified'>,
  { why, message }: { readonly why: Unseen; readonly message: string },
): Finding {
  const reason = waitsBecause(why);
  const fix = why === 'no_scope' ? LOOK_UP_WAITS.needs_coql.fix : REFUSED_FIX;
  const cause = why === 'no_scope' ? 'without ZohoCRM.coql.READ' : `Zoho refuses COQL queries (${message}):`;
  const line = lineThatNeedsCoql(mapping);
  return line === null
    ? warn('scopes', `${cause} Zoho alone decides which contact matches`, fix)
    : fail('scopes', `${cause} newcomers wait (${reason}), because ${line} needs a look at them first`, fix);
}

const REFUSED_FIX =
  'If Zoho restricts fields (Setup > Compliance Settings), allow them for the API. Everything that needs no look-up goes on.';

import { OryZohoError } from '../../../errors.ts';
import { pauseBy } from '../../../model/pause.ts';
import type { PauseReason } from '../../../model/pause.ts';
import type { CallFailure } from '../../../model/zoho-answer.ts';

/** The error for a failed call to Zoho, which ends `init`. */
export function zohoError(doing: string, failure: CallFailure): OryZohoError {
  const reason = 'pause' in failure ? failure.pause : undefined;
  return new OryZohoError(`zoho_${reason ?? failure.kind}`, `${doing}: ${failure.message}`, {
    hint: hintOf(reason),
    exitCode: reason !== undefined && pauseBy(reason).noAccess ? 4 : 1,
  });
}

function hintOf(reason: PauseReason | undefined): string {
  switch (reason) {
    case 'no_permission':
      return 'In Zoho, give the profile of this user "Zoho CRM API Access" (Setup > Profiles > Developer Permissions) and the module; then run `ory-zoho init` again.';
    case 'invalid_module':
      return 'Give the profile of this user access to the module, or set another module in the mapping.';
    case 'token_throttled':
      return 'Wait ten minutes, then run `ory-zoho init` again.';
    case 'token_dead':
    case 'scope':
    case 'wrong_host_or_scope':
      return 'Connect again with `ory-zoho init --connect self-client` or `--connect browser`.';
    default:
      return 'Nothing was saved. Run `ory-zoho init` again when Zoho can be reached.';
  }
}

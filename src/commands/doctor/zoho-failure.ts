import type { CallFailure, PauseReason } from '../../model/zoho-answer.ts';
import { duration } from './duration.ts';
import { fail, warn } from './finding.ts';
import type { CheckName, Finding } from './finding.ts';

/** What mends it, where the message of the failure does not say so itself. */
const FIXES: { readonly [Reason in PauseReason]: string } = {
  network: 'Check network, proxy and firewall of this machine.',
  zoho_unavailable:
    "Zoho has trouble, or something answers in its place; see Zoho's status page, and try later.",
  rate_limit: 'Try again in a minute; other programs use the same organisation.',
  credits:
    'Wait until the day of Zoho is over, or buy API credits. Deliveries wait meanwhile, nothing is lost.',
  token_throttled: 'Wait; find out what else uses this refresh token.',
  token_dead: 'Run "ory-zoho init" to connect again.',
  wrong_host_or_scope: 'Check ZOHO_API_BASE_URL, or run "ory-zoho init".',
  scope: 'Run "ory-zoho init" to connect with all scopes.',
  no_permission:
    'In Zoho, give the profile of the connected user "Zoho CRM API Access" (Setup > Profiles > Developer Permissions) and the module.',
  invalid_module:
    'Show the module to the profile of the connected Zoho user, or name another in the mapping.',
  invalid_url: 'Check ZOHO_API_BASE_URL, for example https://www.zohoapis.com/crm/v8.',
  wrong_org: 'Point DATABASE_URL to a store of its own for each Zoho organisation.',
  ory_id_field: 'Run "ory-zoho init" to make the field.',
};

/** Zoho is there and may answer the next time: no fault of the set-up. */
const PASSING: ReadonlySet<PauseReason> = new Set(['zoho_unavailable', 'rate_limit', 'token_throttled']);

/** A call that failed as a whole, as a finding. Our messages say first what happened, then what to do. */
export function failedCall(check: CheckName, failure: CallFailure): Finding {
  if (failure.kind === 'aborted') return fail(check, 'Zoho did not answer in time', FIXES.network);
  if (!('pause' in failure)) return fail(check, failure.message, 'If it stays, report it.');
  const [what = '', ...advice] = failure.message.split(/(?<=\.) /);
  const wait = failure.waitMs === undefined ? '' : ` (${duration(failure.waitMs / 1000)})`;
  const fix = advice.length > 0 ? advice.join(' ') : `${FIXES[failure.pause]}${wait}`;
  return PASSING.has(failure.pause) ? warn(check, what, fix) : fail(check, what, fix);
}

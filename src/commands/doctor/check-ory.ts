import { z } from 'zod';
import type { Settings } from '../../config/sources.ts';
import { connectOryAdmin } from '../../ory/admin/admin-request.ts';
import type { OryAdminConnection } from '../../ory/admin/admin-request.ts';
import type { OryFailure } from '../../ory/admin/admin-answer.ts';
import { neverMovesUpdatedAt, readKratosVersion } from '../../ory/admin/kratos-version.ts';
import { printable } from '../terminal/printable.ts';
import { fail, ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** Reads Ory's admin API once, as backfill does at its start. */
export async function checkOry(settings: Settings, signal: AbortSignal): Promise<Finding[]> {
  return [await readOnce(settings, signal), ...unusedCredentials(settings)];
}

function unusedCredentials(settings: Settings): Finding[] {
  if (!settings.has('ORY_PROJECT_API_KEY') || !hasCredentials(settings.get('ORY_ADMIN_URL')?.value))
    return [];
  const detail = 'user name and password in ORY_ADMIN_URL are not sent, because ORY_PROJECT_API_KEY is set';
  return [warn('ory', detail, 'Remove one of the two, because a request can carry only one.')];
}

function hasCredentials(adminUrl: string | undefined): boolean {
  const url = URL.parse(adminUrl ?? '');
  return url !== null && url.username + url.password !== '';
}

async function readOnce(settings: Settings, signal: AbortSignal): Promise<Finding> {
  const adminUrl = settings.get('ORY_ADMIN_URL')?.value;
  const apiKey = settings.get('ORY_PROJECT_API_KEY')?.value;
  if (adminUrl === undefined) {
    const detail =
      'ORY_ADMIN_URL is not set: sync, backfill and reconcile cannot read identities. If this is Ory Kratos 1.0 to 1.3.1, ' +
      'the order of two changes is not certain either: updated_at never changes there, and the webhook that arrives last wins';
    return warn('ory', detail, 'Run "ory-zoho init", or set ORY_ADMIN_URL and ORY_PROJECT_API_KEY.');
  }
  let connection: OryAdminConnection;
  try {
    connection = connectOryAdmin({ adminUrl, ...(apiKey !== undefined && { apiKey }) });
  } catch (error) {
    return thrown('ory', error);
  }
  try {
    const query = new URLSearchParams({ page_size: '1' });
    const answer = await connection.get('/admin/identities', query, signal);
    if (answer.kind === 'failed') return failed(answer, apiKey, hasCredentials(adminUrl));
    const list = answer.kind === 'ok' ? z.array(z.unknown()).safeParse(answer.json).data : undefined;
    const host = new URL(adminUrl).host;
    if (list === undefined) {
      const fix = 'Set ORY_ADMIN_URL to the project URL, or to the admin URL of your Kratos.';
      return fail('ory', `what answers at ${host} is not Ory's admin API`, fix);
    }
    const gives = `${host} gives ${list.length === 0 ? 'a list without identities so far' : 'identities'}`;
    return ok('ory', `${gives}${versionNote(await readKratosVersion(connection, signal))}`);
  } catch (error) {
    if (!signal.aborted) throw error;
    return fail('ory', "Ory's admin API did not answer in time", 'Check ORY_ADMIN_URL and the network.');
  } finally {
    await connection.close();
  }
}

function versionNote(version: string | undefined): string {
  if (version === undefined) return '';
  const never =
    ': updated_at never changes there (fixed in 25.4.0), so changes are recognized by their content and ' +
    'backfill --since is refused';
  return `; Ory Kratos ${printable(version)}${neverMovesUpdatedAt(version) ? never : ''}`;
}

function failed({ reason, message }: OryFailure, apiKey: string | undefined, withPassword: boolean): Finding {
  switch (reason) {
    case 'unauthorized':
      return fail('ory', message, withPassword && apiKey === undefined ? PASSWORD_ADVICE : keyAdvice(apiKey));
    case 'rate_limit':
      return warn('ory', message, 'Run doctor again in a minute.');
    case 'unavailable':
      return warn('ory', message, "Ory has a problem. See Ory's status page, and run doctor again later.");
    case 'network':
      return fail(
        'ory',
        message,
        'Check ORY_ADMIN_URL, and the network, proxy and firewall of this machine.',
      );
    case 'unexpected':
      return fail(
        'ory',
        message,
        'Set ORY_ADMIN_URL to the project URL, or to the admin URL of your Kratos.',
      );
  }
}

const PASSWORD_ADVICE =
  'Check user and password in ORY_ADMIN_URL (special characters percent-encoded), or set ORY_PROJECT_API_KEY.';

function keyAdvice(apiKey: string | undefined): string {
  if (apiKey === undefined) return 'Set ORY_PROJECT_API_KEY: Ory Console, your project, API keys.';
  return apiKey.startsWith('ory_wak_')
    ? 'ORY_PROJECT_API_KEY is a workspace key, which cannot read identities. Create an API key of the project.'
    : 'Create a new API key for this project in Ory Console, and set it as ORY_PROJECT_API_KEY.';
}

import { z } from 'zod';
import type { Settings } from '../../../config/sources.ts';
import { OryZohoError } from '../../../errors.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import { normalAdminUrl, withCredentials } from '../../../model/admin-url.ts';
import { connectOryAdmin, refuseAdminUrl } from '../../../ory/admin/admin-request.ts';
import type { OryAnswer } from '../../../ory/admin/admin-answer.ts';
import { parseIdentity } from '../../../ory/identity/identity.ts';
import { readSchemas } from '../../../ory/admin/schemas.ts';
import type { ListedSchemas, OrySchema } from '../../../ory/admin/schemas.ts';
import type { Identity } from '../../../model/identity.ts';
import { countUnverified, unverifiedWords } from '../../parts/unverified-emails.ts';
import type { UnverifiedEmails } from '../../parts/unverified-emails.ts';
import type { Ask } from '../answers/ask.ts';
import { known } from '../answers/known.ts';
import { reportSchemas } from './report-schemas.ts';
import { say } from '../../terminal/print.ts';
import { done, warn } from '../talk.ts';

/** Enough to find the schemas, and still one page. */
const IDENTITIES = 50;

export interface OryProject {
  /** As it is saved, with user and password if they were given. */
  readonly adminUrl: string;
  /** Undefined if a self-hosted Kratos needs none. */
  readonly apiKey: string | undefined;
}

/** The project and what its first identities show. */
export interface ConnectedOry extends OryProject {
  /** Without user and password. */
  readonly shownUrl: string;
  readonly emails: UnverifiedEmails;
}

export interface OryParts {
  readonly oryUrl: string | undefined;
  readonly settings: Settings;
  readonly mapping: CompiledMapping;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

/** Finds the address and key of Ory's admin API and proves them with one read. @throws OryZohoError */
export async function connectOry(parts: OryParts): Promise<ConnectedOry> {
  const { settings, ask, signal } = parts;
  const knownUrl = known(settings, 'ORY_ADMIN_URL');
  const given =
    parts.oryUrl ??
    (knownUrl?.from === 'given'
      ? knownUrl.value
      : await ask.text({
          message: 'Ory project URL (https://….projects.oryapis.com), or the admin URL of your Kratos',
          flag: '--ory-url',
          initial: knownUrl?.value,
          problem: (text) => (/^https?:\/\/\S+$/.test(text) ? undefined : 'This is not an http(s) address.'),
        }));

  const shownUrl = normalAdminUrl(given) ?? refuseAdminUrl();
  const adminUrl = withCredentials(given);
  let apiKey = keyFor(shownUrl, settings);
  for (;;) {
    const read = await look({ adminUrl, apiKey }, signal);
    if (read.kind === 'read') {
      done(`Ory's admin API answers at ${shownUrl}`);
      const savedUrl = apiKey === undefined ? adminUrl : shownUrl;
      if (savedUrl !== adminUrl)
        warn('User and password in the address of Ory are not saved, because there is an API key.');
      if (read.identities.length === 0) sayEmpty(read.schemas);
      await reportSchemas(read.identities, schemasIn(read.schemas), parts.mapping);
      const emails = await countUnverified(read.identities, parts.mapping);
      if (emails.listed > 0) say(`  ${unverifiedWords(emails)}`);
      return { adminUrl: savedUrl, shownUrl, apiKey, emails };
    }
    const refused = read.kind === 'failed' && read.reason === 'unauthorized';
    if (!refused || (apiKey !== undefined && !ask.interactive)) throw failed(read, apiKey);
    if (apiKey !== undefined) warn(failed(read, apiKey).message);
    else say('In the Ory Console create a project API key (Project settings > API Keys).');
    apiKey = await ask.secret({
      message: 'Project API key',
      flag: 'ORY_PROJECT_API_KEY in the environment or with --secrets-stdin',
    });
  }
}

/** The known key, unless it was saved for another address. */
function keyFor(adminUrl: string, settings: Settings): string | undefined {
  const key = known(settings, 'ORY_PROJECT_API_KEY');
  const savedFor = known(settings, 'ORY_ADMIN_URL')?.value ?? adminUrl;
  return key?.from === 'given' || normalAdminUrl(savedFor) === adminUrl ? key?.value : undefined;
}

type Look =
  | {
      readonly kind: 'read';
      readonly identities: readonly Identity[];
      readonly schemas: ListedSchemas;
    }
  | { readonly kind: 'no_list' }
  | Exclude<OryAnswer, { kind: 'ok' }>;

/** Reads one page of identities, which proves address and key, and the schemas if Ory serves them. */
async function look({ adminUrl, apiKey }: OryProject, signal: AbortSignal): Promise<Look> {
  const connection = connectOryAdmin({ adminUrl, ...(apiKey !== undefined && { apiKey }) });
  try {
    const query = new URLSearchParams({ page_size: String(IDENTITIES) });
    const answer = await connection.get('/admin/identities', query, signal);
    if (answer.kind !== 'ok') return answer;
    const items = z.array(z.unknown()).safeParse(answer.json).data;
    if (items === undefined) return { kind: 'no_list' };
    const identities = items.map(parseIdentity).filter((identity) => identity !== undefined);
    const listed = await readSchemas(connection, signal);
    return { kind: 'read', identities, schemas: listed };
  } finally {
    await connection.close();
  }
}

function schemasIn(listed: ListedSchemas): readonly OrySchema[] {
  return listed.kind === 'schemas' ? listed.schemas : [];
}

function sayEmpty(listed: ListedSchemas): void {
  say('  There is no identity yet.');
  if (listed.kind === 'schemas') return;
  warn(`The identity schemas cannot be read, so the mapping was not tried. ${listed.message}`);
}

function failed(look: Exclude<Look, { kind: 'read' }>, apiKey: string | undefined): OryZohoError {
  if (look.kind !== 'failed') {
    return new OryZohoError('ory_not_found', 'There is no Ory admin API at this address.', {
      hint: 'Give --ory-url the project URL, such as https://<slug>.projects.oryapis.com, or the admin URL of your Kratos (port 4434).',
      exitCode: 4,
    });
  }
  if (look.reason === 'unauthorized') {
    const workspace = apiKey?.startsWith('ory_wak_') === true ? ' This is a workspace key.' : '';
    return new OryZohoError('ory_key', `Ory refuses the API key.${workspace} ${look.message}`, {
      hint: 'Create a project API key for this project in the Ory Console (Project settings > API Keys), and set it as ORY_PROJECT_API_KEY.',
      exitCode: 4,
    });
  }
  return new OryZohoError(`ory_${look.reason}`, look.message, {
    hint: 'Check --ory-url, and that this machine can reach it; then run `ory-zoho init` again.',
  });
}

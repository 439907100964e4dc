import { z } from 'zod';
import type { Settings } from '../../config/sources.ts';
import { OryZohoError } from '../../errors.ts';
import { builtinFields } from '../../mapping/builtin-fields.ts';
import type { CompiledMapping } from '../../mapping/compile.ts';
import { connectOryAdmin } from '../../ory/admin-request.ts';
import type { OryAnswer } from '../../ory/admin-request.ts';
import { parseIdentity } from '../../ory/identity.ts';
import type { Identity } from '../../model/identity.ts';
import type { Ask } from './ask.ts';
import { known } from './known.ts';
import { done, say, warn } from './talk.ts';

/** Enough to see which schemas there are, and still one page. */
const IDENTITIES = 50;

export interface OryProject {
  readonly adminUrl: string;
  /** Undefined: a self-hosted Kratos asks for none. */
  readonly apiKey: string | undefined;
}

export interface OryParts {
  readonly oryUrl: string | undefined;
  readonly settings: Settings;
  readonly mapping: CompiledMapping;
  readonly ask: Ask;
  readonly signal: AbortSignal;
}

/** Settles where Ory's admin API is and by which key it is read, with one read that shows it. @throws OryZohoError */
export async function connectOry(parts: OryParts): Promise<OryProject> {
  const { settings, ask, signal } = parts;
  const knownUrl = known(settings, 'ORY_ADMIN_URL');
  const adminUrl =
    parts.oryUrl ??
    (knownUrl?.from === 'given'
      ? knownUrl.value
      : await ask.text({
          message: 'Ory project URL (https://….projects.oryapis.com), or the admin URL of your Kratos',
          flag: '--ory-url',
          initial: knownUrl?.value,
          problem: (text) => (/^https?:\/\/[^\s@]+$/.test(text) ? undefined : 'It is no http(s) address.'),
        }));

  let apiKey = keyFor(adminUrl, settings);
  for (;;) {
    const answer = await firstPage({ adminUrl, apiKey }, signal);
    if (answer.kind === 'ok') {
      await report(answer.json, adminUrl, parts.mapping);
      return { adminUrl, apiKey };
    }
    const refused = answer.kind === 'failed' && answer.reason === 'unauthorized';
    if (!refused || (apiKey !== undefined && !ask.interactive)) throw failed(answer, apiKey);
    if (apiKey !== undefined) warn(failed(answer, apiKey).message);
    else say('In the Ory Console create a project API key (Project settings > API Keys).');
    apiKey = await ask.secret({
      message: 'Project API key',
      flag: 'ORY_PROJECT_API_KEY in the environment or with --secrets-stdin',
    });
  }
}

/** The key that is known, unless it was saved for another address. */
function keyFor(adminUrl: string, settings: Settings): string | undefined {
  const key = known(settings, 'ORY_PROJECT_API_KEY');
  const savedFor = known(settings, 'ORY_ADMIN_URL')?.value ?? adminUrl;
  return key?.from === 'given' || savedFor === adminUrl ? key?.value : undefined;
}

async function firstPage({ adminUrl, apiKey }: OryProject, signal: AbortSignal): Promise<OryAnswer> {
  const connection = connectOryAdmin({ adminUrl, ...(apiKey !== undefined && { apiKey }) });
  try {
    const query = new URLSearchParams({ page_size: String(IDENTITIES) });
    return await connection.get('/admin/identities', query, signal);
  } finally {
    await connection.close();
  }
}

function failed(answer: Exclude<OryAnswer, { kind: 'ok' }>, apiKey: string | undefined): OryZohoError {
  if (answer.kind === 'not_found') {
    return new OryZohoError('ory_not_found', 'There is no admin API at this address (404).', {
      hint: 'Give --ory-url the project URL, such as https://<slug>.projects.oryapis.com, or the admin URL of your Kratos (port 4434).',
      exitCode: 4,
    });
  }
  if (answer.reason === 'unauthorized') {
    const workspace = apiKey?.startsWith('ory_wak_') === true ? ' This is the key of a workspace.' : '';
    return new OryZohoError('ory_key', `Ory refuses the API key.${workspace} ${answer.message}`, {
      hint: 'Create a project API key in the Ory Console (Project settings > API Keys) of this very project, and give it as ORY_PROJECT_API_KEY.',
      exitCode: 4,
    });
  }
  return new OryZohoError(`ory_${answer.reason}`, answer.message, {
    hint: 'Check --ory-url, and that this machine reaches it; then run `ory-zoho init` again.',
  });
}

interface SchemaSeen {
  identities: number;
  email: number;
  name: number;
}

/** Says which schemas the identities have, and what the mapping gets out of them. */
async function report(json: unknown, adminUrl: string, mapping: CompiledMapping): Promise<void> {
  const items = z.array(z.unknown()).safeParse(json).data;
  if (items === undefined) {
    throw new OryZohoError('ory_unexpected', `${adminUrl} answers, but not with identities.`, {
      hint: 'Give --ory-url the address of the admin API.',
      exitCode: 4,
    });
  }
  const identities = items.map(parseIdentity).filter((identity) => identity !== undefined);
  done(`Ory's admin API answers at ${adminUrl}`);
  if (identities.length === 0) say('  There is no identity yet, so nothing to try the mapping on.');
  const schemas = await schemasOf(identities, mapping);
  for (const [schema, seen] of schemas) {
    const text = `schema ${schema}: of ${seen.identities} identities ${seen.email} give an email, ${seen.name} a name`;
    if (seen.email === 0) warn(`${text}. Who has no email is skipped.`);
    else say(`  ${text}`);
  }
}

async function schemasOf(identities: readonly Identity[], mapping: CompiledMapping) {
  const schemas = new Map<string, SchemaSeen>();
  const fields = builtinFields(mapping.module);
  for (const identity of identities) {
    const schema = typeof identity.schema_id === 'string' ? identity.schema_id : 'unknown';
    const seen = schemas.get(schema) ?? { identities: 0, email: 0, name: 0 };
    const mapped = (await mapping.evaluate(identity, fields)).fields;
    seen.identities += 1;
    if ((mapped.get('Email')?.value ?? null) !== null) seen.email += 1;
    if (mapped.get('Last_Name')?.madeUp === false) seen.name += 1;
    schemas.set(schema, seen);
  }
  return schemas;
}

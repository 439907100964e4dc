import { OryZohoError } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import { print, say } from '../terminal/print.ts';
import { mappingFindings } from './mapping-findings.ts';
import { findIdentities } from './find-identities.ts';
import type { WantedIdentity } from './find-identities.ts';
import { findingsSummary, findingsText } from '../parts/findings/findings-text.ts';
import { foretell } from '../parts/forecast/foretell.ts';
import { notFoundJson, previewJson } from './preview-json.ts';
import { previewText } from './preview-text.ts';
import { notesOf } from '../parts/forecast/forecast-words.ts';
import { readMappingSettings } from '../parts/forecast/mapping-settings.ts';
import { pauseBy } from '../../model/pause.ts';

export interface CheckOptions {
  /** A mapping that is not in use yet. */
  readonly file?: string;
  readonly json?: boolean;
}

/**
 * `ory-zoho mapping check`: checks the mapping, compares its fields with those in Zoho (or with the standard
 * fields, without a connection), and tries it on a sample of the project's identities. Writes nothing.
 * @returns 1 if something fails
 * @throws ConfigurationError for a mapping that cannot be read or compiled
 */
export async function checkMapping({ file, json = false }: CheckOptions): Promise<ExitCode> {
  const settings = await readMappingSettings(file);
  const all = await mappingFindings(settings);
  process.stdout.write(json ? `${JSON.stringify(all, null, 2)}\n` : findingsText(all));
  if (!json) say(findingsSummary(all));
  return all.some(({ state }) => state === 'fail') ? 1 : 0;
}

/** Time limit for Ory and Zoho together, in ms. */
const NETWORK_MS = 30_000;

export interface PreviewOptions extends WantedIdentity {
  /** A mapping that is not in use yet. */
  readonly file?: string;
  readonly json?: boolean;
}

/**
 * `ory-zoho mapping preview`: shows what would be written to Zoho for an identity, and why. Writes nothing to
 * Zoho or the store.
 * @returns 1 if there is no such identity or Zoho does not answer, 4 if Zoho no longer accepts the connection
 * @throws ConfigurationError if the mapping is wrong; OryZohoError if Ory does not answer
 */
export async function previewMapping({ file, json = false, ...wanted }: PreviewOptions): Promise<ExitCode> {
  const settings = await readMappingSettings(file);
  const signal = AbortSignal.timeout(NETWORK_MS);
  const identities = await findIdentities(wanted, settings.config.ory, signal);
  if (identities.length === 0) {
    if (json) print(notFoundJson(wanted.email ?? null, wanted.id ?? null));
    throw notFound(wanted);
  }
  const { forecasts, notes, failure } = await foretell(settings, identities, signal, { resend: false });
  const { module } = settings.mapping;
  const shown = forecasts.map((one) => {
    const all = [...notesOf(one), ...notes];
    return json ? `${previewJson(one, all)}\n` : previewText(one, module, all);
  });
  process.stdout.write(shown.join(json ? '' : '\n'));
  if (failure === undefined) return 0;
  say(`Zoho could not be read: ${failure.message}\nCheck the connection with: ory-zoho doctor`);
  return 'pause' in failure && pauseBy(failure.pause).noAccess === true ? 4 : 1;
}

function notFound({ email, id }: WantedIdentity): OryZohoError {
  return email === undefined
    ? new OryZohoError('not_found', `Ory has no identity with the id ${id}.`, {
        hint: 'Check the id, and that ORY_ADMIN_URL is the right project.',
      })
    : new OryZohoError('not_found', `Ory has no identity that signs in as ${email}.`, {
        hint: 'Ory finds identities by what they sign in with. An email that is only a trait, or belongs to a Google or other social login, is not found. Give the id instead: --id UUID.',
      });
}

import { ConfigurationError } from '../../../errors.ts';
import type { Settings } from '../../../config/sources.ts';
import { presentConnection } from '../zoho/connect-zoho.ts';
import { presentHosts } from '../zoho/zoho-hosts.ts';
import { given } from './known.ts';
import type { InitOptions } from '../init-options.ts';

/**
 * Without a terminal: checks that every answer without a default is given, before a one-time code is spent.
 * @param repeated whether there is a profile, whose values are kept
 * @throws ConfigurationError naming every flag and variable that is missing
 */
export function checkAnswers(
  options: InitOptions,
  settings: Settings,
  { repeated, adoptKnown }: { readonly repeated: boolean; readonly adoptKnown: boolean },
): void {
  const { connect, code, yes } = options;
  const way = connect ?? (code === undefined ? undefined : 'self-client');
  const missing: string[] = [];
  const need = (there: boolean, answer: string) => void (there || missing.push(answer));

  need(options.oryUrl !== undefined || settings.has('ORY_ADMIN_URL'), '--ory-url');
  if (way === undefined) {
    need(
      presentConnection(options, settings) !== undefined,
      '--connect self-client (then --client-id, --data-center, --code and ZOHO_CLIENT_SECRET) or --connect browser',
    );
  } else if (way !== 'keep') {
    need(options.clientId !== undefined || settings.has('ZOHO_CLIENT_ID'), '--client-id');
    need(
      settings.has('ZOHO_CLIENT_SECRET'),
      'ZOHO_CLIENT_SECRET, in the environment or with --secrets-stdin',
    );
  }
  if (way === 'self-client') {
    need(options.dataCenter !== undefined || presentHosts(settings) !== undefined, '--data-center');
    need(code !== undefined, '--code');
  }
  if (!yes && !repeated) {
    need(
      options.oryIdField !== undefined || given(settings, 'ORY_ID_FIELD') !== undefined,
      '--ory-id-field create, none, or the API name of a unique field (or --yes)',
    );
    need(options.adopt !== undefined || adoptKnown, '--adopt overwrite or --adopt fill (or --yes)');
  }
  if (missing.length === 0) return;
  throw new ConfigurationError('needs_answer', 'There is no terminal to ask, and some answers are missing.', {
    hint: `Give:\n${missing.map((answer) => `  ${answer}`).join('\n')}`,
  });
}

import { mappingFileOf, refuseUnfit } from '../../config/serve-config.ts';
import type { Settings } from '../../config/sources.ts';
import { VARIABLES } from '../../config/variables.ts';
import { ConfigurationError } from '../../errors.ts';
import { compileMapping } from '../../mapping/compile.ts';
import { loadMapping } from '../../mapping/file/mapping-file.ts';
import { clearTextWarning, parsePublicUrl } from '../../ory/actions/our-hook.ts';
import type { HookValues } from '../../ory/actions/our-hook.ts';
import { templateBody } from '../../ory/actions/template.ts';
import { say } from '../terminal/print.ts';

const NEXT = {
  ORY_ZOHO_PUBLIC_URL: '--public-url',
  ORY_WEBHOOK_SECRET: 'the environment',
} as const;

/**
 * The values for our hooks.
 * @throws ConfigurationError naming what is missing, cannot be sent, or is wrong in the mapping
 */
export async function hookValues(settings: Settings): Promise<HookValues> {
  refuseUnfit(settings);
  const publicUrl = settings.get('ORY_ZOHO_PUBLIC_URL')?.value;
  const secret = settings.get('ORY_WEBHOOK_SECRET')?.value;
  if (publicUrl !== undefined && secret !== undefined) {
    const url = parsePublicUrl(publicUrl);
    const warning = clearTextWarning(url);
    if (warning !== undefined) say(warning);
    const { readsSignIn: signIns } = compileMapping(await loadMapping(mappingFileOf(settings)));
    return { publicUrl: url, secret, body: templateBody(), signIns };
  }
  const missing = (['ORY_ZOHO_PUBLIC_URL', 'ORY_WEBHOOK_SECRET'] as const).filter(
    (name) => !settings.has(name),
  );
  const list = missing.map((name) => `\n  ${name}: ${VARIABLES[name].meaning}`).join('');
  throw new ConfigurationError('missing_variables', `Not set:${list}`, {
    hint: `Run \`ory-zoho init\`, or give ${missing.map((name) => `${name} by ${NEXT[name]}`).join(', and ')}.`,
  });
}

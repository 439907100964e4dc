import { isatty } from 'node:tty';
import { readProfile } from '../../config/profile.ts';
import { readSecrets } from '../../config/secrets-stdin.ts';
import { refuseUnfit } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { Settings } from '../../config/sources.ts';
import { clearTextWarning } from '../../ory/actions/our-hook.ts';
import { createAsk } from './answers/ask.ts';
import type { Ask } from './answers/ask.ts';
import { known } from './answers/known.ts';
import { presentMapping } from './answers/adopt-answer.ts';
import type { PresentMapping } from './answers/adopt-answer.ts';
import { checkAnswers } from './answers/missing-answers.ts';
import type { InitOptions } from './init-options.ts';
import { publicUrlOf } from './answers/public-url-answer.ts';
import { checkEnvFile } from './save/save-answers.ts';
import { warn } from './talk.ts';

/** What is known before the first question. */
export interface Start {
  readonly options: InitOptions;
  readonly settings: Settings;
  readonly ask: Ask;
  readonly present: PresentMapping;
  readonly publicUrl: string | undefined;
  /** Whether there is a profile. Its values are the defaults, and they are kept without a terminal. */
  readonly repeated: boolean;
  readonly signal: AbortSignal;
}

/** Reads the present settings. @throws ConfigurationError for what is wrong or missing on this machine */
export async function begin(options: InitOptions, signal: AbortSignal): Promise<Start> {
  checkEnvFile(options.writeEnv);
  const settings = await readSettings(options.secretsStdin ? await readSecrets() : {});
  // Values of the profile are not checked, because `init` may replace them.
  refuseUnfit(new Map([...settings].filter(([, { source }]) => source !== 'profile')));
  const repeated = (await readProfile()).ZOHO_REFRESH_TOKEN !== undefined;
  const interactive = !options.secretsStdin && isatty(0) && isatty(2);
  const ask = createAsk({ interactive, yes: options.yes, signal });
  const address = options.publicUrl ?? known(settings, 'ORY_ZOHO_PUBLIC_URL')?.value;
  const publicUrl = address === undefined ? undefined : publicUrlOf(address);
  const warning = publicUrl === undefined ? undefined : clearTextWarning(publicUrl);
  if (warning !== undefined) warn(warning);
  const present = await presentMapping(settings);
  if (!interactive) {
    checkAnswers(options, settings, { repeated, adoptKnown: repeated || present.file !== undefined });
  }
  return { options, settings, ask, present, publicUrl, repeated, signal };
}

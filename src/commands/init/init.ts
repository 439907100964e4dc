import { OryZohoError } from '../../errors.ts';
import { finish } from './save/finish.ts';
import type { InitOptions } from './init-options.ts';
import { connectOry } from './ory/connect-ory.ts';
import { rebind } from './rebind.ts';
import { settleZoho } from './zoho/settle-zoho.ts';
import { begin } from './start.ts';
import { heading } from './talk.ts';
import { onStopSignals } from '../parts/stop-signals.ts';

/**
 * `ory-zoho init`: connects Zoho and Ory, creates the webhook secret, checks everything and saves it. Nothing
 * is saved before the last answer, so Ctrl-C leaves the profile unchanged (exit 130).
 */
export async function init(options: InitOptions): Promise<void> {
  const interrupt = new AbortController();
  // Another signal must not end it while it saves.
  const stopListening = onStopSignals(() => interrupt.abort(), { once: true });
  try {
    await run(options, interrupt.signal);
  } catch (error) {
    // At a prompt the terminal sends no signal, so the prompt itself handles Ctrl-C.
    const atPrompt = error instanceof Error && error.name === 'ExitPromptError';
    throw atPrompt || interrupt.signal.aborted ? interrupted() : error;
  } finally {
    stopListening();
  }
}

async function run(options: InitOptions, signal: AbortSignal): Promise<void> {
  if (options.rebind) return rebind(options, signal);
  const start = await begin(options, signal);
  const { settings, ask, present } = start;
  // Ory comes first, because its answers do not expire, but a Zoho code lasts only minutes.
  heading('Ory');
  const ory = await connectOry({ oryUrl: options.oryUrl, settings, mapping: present.mapping, ask, signal });
  heading('Zoho');
  const zoho = await settleZoho(start, ory.emails);
  signal.throwIfAborted();
  await finish(start, ory, zoho);
}

function interrupted(): OryZohoError {
  return new OryZohoError('interrupted', 'Interrupted. Nothing was saved.', {
    hint: 'Run `ory-zoho init` again at any time.',
    exitCode: 130,
  });
}

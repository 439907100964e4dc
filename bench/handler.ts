import { z } from 'zod';
import { end, messageFrom, startScript } from './processes.ts';
import type { BenchSandbox } from './sandbox.ts';
import { SECRET } from './serve.ts';

/** A handler to compare with, in its own process. */
export interface Handler {
  readonly port: number;
  end(): Promise<void>;
}

const listening = z.object({ port: z.number() });

async function start(script: string, variables: { readonly [name: string]: string }): Promise<Handler> {
  const child = startScript(script, { ...variables, ORY_WEBHOOK_SECRET: SECRET });
  const { port } = listening.parse(await messageFrom(child));
  return { port, end: () => end(child) };
}

export const startBareExpress = (): Promise<Handler> => start('bare-express.ts', {});

export const startOneCallPerWebhook = (sandbox: BenchSandbox): Promise<Handler> =>
  start('one-call-per-webhook.ts', sandbox.variables);

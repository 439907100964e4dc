import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sendWebhook } from '../../src/sandbox/ory/ory-webhook.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { SECRET, ServeProcess, eventually } from '../e2e/processes/serve-process.ts';
import type { CrashDatabase } from './database.ts';
import type { Random } from './random.ts';
import type { Send, Town } from './town.ts';
import { Trouble } from './trouble.ts';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly database: CrashDatabase;
  readonly random: Random;
  readonly town: Town;
  readonly folder: string;
  readonly variables: { readonly [name: string]: string };
}

const CLIENTS = 3;

/** Runs a serve that is killed, and the people who cause its traffic. */
export async function liveAndDie(stage: Stage): Promise<void> {
  const { sandbox, database, random, town } = stage;
  const trouble = new Trouble(sandbox.control, random);
  await trouble.begin();
  const serve = startServe(stage);
  try {
    if (random.chance(0.1)) await delay(random.below(600));
    else {
      await listening(serve);
      const until = performance.now() + 50 + random.below(450);
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (performance.now() < until) await town.act(sender(serve.url));
      });
      const death = delay(until - performance.now()).then(() => serve.kill());
      await Promise.all([...clients, death]);
    }
  } finally {
    await serve.kill();
    keepLog(stage, serve);
    await trouble.end();
  }
  // Otherwise the next one finds rows that are still leased.
  if (random.chance(0.8)) await database.forgetTheDead();
}

/** Runs a serve without faults until it has delivered everything. */
export async function liveUntilDelivered(
  stage: Stage,
  also: (serve: ServeProcess) => Promise<void> = async () => {},
): Promise<void> {
  const serve = startServe(stage);
  try {
    await listening(serve);
    await also(serve);
    await eventually(async () => {
      const waiting = await stage.database.run("SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1");
      return waiting.length === 0;
    });
  } finally {
    await serve.stop();
    keepLog(stage, serve);
  }
}

function startServe({ sandbox, database, folder, variables }: Stage): ServeProcess {
  return new ServeProcess(sandbox, {
    folder,
    ory: true,
    variables: { DATABASE_URL: database.url, ...variables },
  });
}

function keepLog({ folder }: Stage, serve: ServeProcess): void {
  appendFileSync(join(folder, 'serve.log'), `${serve.stderr}\n`);
}

async function listening(serve: ServeProcess): Promise<void> {
  await serve.logged(({ msg }) => msg === 'listening');
}

function sender(url: string): Send {
  return async ({ body, event }) => {
    const answer = await sendWebhook(`${url}/zoho/sync-contact?event=${event}`, SECRET, body);
    return answer.status === 200;
  };
}

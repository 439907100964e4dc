import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { tell } from '../play.ts';
import { makeStory } from '../story.ts';
import type { BrokenEngine } from './broken-engine.ts';
import type { Sabotage } from './sabotage.ts';

const telling = z.object({
  /** The story that breaks a rule. Undefined if none did. */
  seed: z.number().optional(),
  /** Processor time. */
  seconds: z.number(),
  /** What is wrong at its end. */
  sentence: z.string().optional(),
});
export type Telling = z.infer<typeof telling>;

const FIRST = 1;
/** A machine that does other work gives a story less than its time. */
const WALL_CLOCK_FACTOR = 20;

export interface Search {
  readonly engine: BrokenEngine;
  readonly seconds: number;
  /** Gets each process that tells stories, so that it can be ended. */
  readonly started: (child: ChildProcess) => void;
}

/** Breaks the engine, and tells the same stories as for each sabotage until one breaks a rule. */
export async function findSabotage(sabotage: Sabotage, search: Search): Promise<Telling> {
  search.engine.break(sabotage);
  let used = 0;
  for (let from = FIRST; used < search.seconds; ) {
    const found = await tellFrom(from, search.seconds - used, search);
    used += found.seconds;
    const { seed } = found;
    if (seed === undefined || (await isSound(seed))) return { ...found, seconds: used };
    from = seed + 1;
  }
  return { seconds: used };
}

/** Whether the story breaks no rule without the sabotage. */
async function isSound(seed: number): Promise<boolean> {
  const { wrong } = await tell(makeStory(seed));
  return wrong.length === 0;
}

function tellFrom(from: number, seconds: number, { engine, started }: Search): Promise<Telling> {
  const script = 'test/simulation/sabotages/tell-until-broken.ts';
  const child = spawn(process.execPath, [script, '--from', String(from), '--seconds', String(seconds)], {
    cwd: engine.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * WALL_CLOCK_FACTOR * 1_000,
    killSignal: 'SIGKILL',
  });
  started(child);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(telling.parse(JSON.parse(output)));
      else if (code === null) resolve({ seconds, sentence: 'a story did not end' });
      else reject(new Error(`${script} ended with ${code}: ${errors}`));
    });
  });
}

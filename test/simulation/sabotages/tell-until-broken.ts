/**
 * Tells stories until one breaks a rule, or until so many seconds of processor time are used. It runs in a copy
 * of the project, whose engine is broken. It prints a `Telling` as JSON.
 */
import { parseArgs } from 'node:util';
import { tell } from '../play.ts';
import { makeStory } from '../story.ts';
import type { Telling } from './find-sabotage.ts';

const { values } = parseArgs({ options: { from: { type: 'string' }, seconds: { type: 'string' } } });
const from = Number(values.from);
const seconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

// An engine that is broken may leave errors that nothing handles. A rule is broken then too.
const loose: string[] = [];
process.on('unhandledRejection', (error) => loose.push(String(error)));

async function brokenBy(seed: number): Promise<string | undefined> {
  const wrong = await tell(makeStory(seed)).then(
    (told) => told.wrong,
    (error: unknown) => [`the story could not be told: ${String(error)}`],
  );
  return [...wrong, ...loose][0];
}

async function tellAll(): Promise<Telling> {
  for (let seed = from; seconds() < Number(values.seconds); seed += 1) {
    const sentence = await brokenBy(seed);
    if (sentence !== undefined) return { seed, seconds: seconds(), sentence };
  }
  return { seed: undefined, seconds: seconds(), sentence: undefined };
}

process.stdout.write(JSON.stringify(await tellAll()));
process.exit(0);

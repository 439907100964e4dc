/**
 * Tells stories until one breaks a rule, or until so many seconds of processor time are used. It runs in a copy
 * of the project, whose engine is broken. It prints a `Telling` as JSON.
 */
import { writeSync } from 'node:fs';
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

/** A story takes a part of a second. With a broken engine it may go round in circles for ever. */
const STORY_SECONDS = 8;

function report(told: Telling): void {
  writeSync(1, JSON.stringify(told));
  process.exit(0);
}

for (let seed = from; seconds() < Number(values.seconds); seed += 1) {
  const until = seconds() + STORY_SECONDS;
  const watch = setInterval(() => {
    if (seconds() > until) report({ seed, seconds: seconds(), sentence: 'the story does not end' });
  }, 500);
  const sentence = await brokenBy(seed);
  clearInterval(watch);
  if (sentence !== undefined) report({ seed, seconds: seconds(), sentence });
}
report({ seconds: seconds() });

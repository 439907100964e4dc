/**
 * Tells stories from seeds: `npm run simulate -- --from 1 --stories 100`. With `--seed N` it tells one, with
 * `--trace` line by line, and with `--shorten` the shortest one that still breaks a rule.
 */
import { parseArgs } from 'node:util';
import { tell } from './play.ts';
import { shortened } from './shorten.ts';
import { makeStory } from './story.ts';
import type { Story } from './story.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    stories: { type: 'string', default: '100' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    shorten: { type: 'boolean', default: false },
  },
});

async function tellOne(story: Story): Promise<number> {
  const told = await tell(story, ({ at, text }) => {
    if (values.trace) process.stdout.write(`${String(at).padStart(8)} ${text}\n`);
  });
  if (values.trace) process.stdout.write(`${told.steps} steps, ${told.calls.length} calls\n`);
  for (const wrong of told.wrong) process.stdout.write(`${story.setting.seed}: ${wrong}\n`);
  return told.wrong.length;
}

async function tellMany(from: number, count: number): Promise<number> {
  const startedAt = performance.now();
  let bad = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    if ((await tellOne(makeStory(seed))) > 0) bad += 1;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(
    `${count} stories, ${bad} of them broke a rule, ${(count / seconds).toFixed(1)} per second\n`,
  );
  return bad;
}

async function tellSeed(seed: number): Promise<number> {
  const story = makeStory(seed);
  const told = values.shorten ? await shortened(story) : story;
  process.stdout.write(`${JSON.stringify(told.setting)}\n`);
  return tellOne(told);
}

const bad =
  values.seed === undefined
    ? await tellMany(Number(values.from), Number(values.stories))
    : await tellSeed(Number(values.seed));
process.exitCode = bad > 0 ? 1 : 0;

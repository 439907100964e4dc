/**
 * Breaks the engine on purpose, one rule at a time, and shows whether the simulation finds it: `npm run sabotage`,
 * or `npm run sabotage -- --only "an older webhook is accepted"`. `--table` prints the rows of docs/simulation.md.
 */
import type { ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { named, SABOTAGES } from './sabotages/all.ts';
import { BrokenEngine } from './sabotages/broken-engine.ts';
import { findSabotage } from './sabotages/find-sabotage.ts';
import type { Telling } from './sabotages/find-sabotage.ts';
import type { Sabotage } from './sabotages/sabotage.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '60' },
    table: { type: 'boolean', default: false },
  },
});

const engine = new BrokenEngine();
let child: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    child?.kill('SIGKILL');
    engine.remove();
    process.exit(130);
  });
}

function rowOf({ name, rule }: Sabotage, { seed, seconds, sentence = '' }: Telling): string {
  const stories = seed === undefined ? 'not found' : String(seed);
  if (values.table) return `| ${name} | ${rule} | ${stories} |`;
  const cells = [
    name.padEnd(52),
    String(rule).padStart(4),
    stories.padStart(9),
    `${seconds.toFixed(0)} s`.padStart(6),
  ];
  return [...cells, ` ${sentence.slice(0, 120)}`].join(' ');
}

const list = values.only?.map(named) ?? SABOTAGES;
let missed = 0;
try {
  for (const sabotage of list) {
    const told = await findSabotage(sabotage, {
      engine,
      seconds: Number(values.seconds),
      started: (one) => (child = one),
    });
    if (told.seed === undefined) missed += 1;
    process.stdout.write(`${rowOf(sabotage, told)}\n`);
  }
} finally {
  engine.remove();
}
process.stdout.write(`${list.length} sabotages, ${missed} not found\n`);
process.exitCode = missed > 0 ? 1 : 0;

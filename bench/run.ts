/**
 * `npm run bench`: measures the figures of docs/performance.md. The table goes to stdout, the progress to
 * stderr.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBacklog } from './backlog.ts';
import { measureIdleLatency } from './idle-latency.ts';
import { measureIntake } from './intake.ts';
import { measureMapping } from './mapping.ts';
import { profileTo } from './processes.ts';
import { table } from './report.ts';
import type { Figures } from './report.ts';

const USAGE = `npm run bench -- [--only intake|backlog|latency|mapping] [--backlog N] [--rounds N] [--json] [--profile FOLDER]

  --only      run only this part
  --backlog   identities of the backlog (100000)
  --rounds    rounds of 10,000 webhooks for each handler (10)
  --json      the figures as JSON instead of the table
  --profile   writes a CPU profile of each serve, for Chrome's developer tools
`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    backlog: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const parts = ['intake', 'backlog', 'latency', 'mapping'];
const understood =
  (options.only === undefined || parts.includes(options.only)) &&
  [options.backlog, options.rounds].every((number) => /^[1-9]\d*$/.test(number));
if (options.help || !understood) {
  process.stderr.write(USAGE);
  process.exit(options.help ? 0 : 2);
}
if (options.profile !== undefined) profileTo(options.profile);

const wanted = (part: string) => options.only === undefined || options.only === part;
const rounds = Number(options.rounds);

const figures: Figures = {
  ...(wanted('intake') && {
    intake: { slow: await measureIntake('slow', rounds), down: await measureIntake('down', rounds) },
  }),
  ...(wanted('backlog') && { backlog: await measureBacklog(Number(options.backlog)) }),
  ...(wanted('latency') && { idleLatency: [await measureIdleLatency(0), await measureIdleLatency(100)] }),
  ...(wanted('mapping') && { mapping: await measureMapping() }),
};

if (options.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
else {
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  process.stdout.write(
    `Node ${process.version}, ${availableParallelism()} cores (${model})\n\n${table(figures)}\n`,
  );
}
process.exit();

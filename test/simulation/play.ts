import { compileMapping } from '../../src/mapping/compile.ts';
import type { CompiledMapping } from '../../src/mapping/compile.ts';
import { parseMapping } from '../../src/mapping/file/mapping-file.ts';
import { DEFAULT_SCOPES } from '../../src/sandbox/zoho/zoho-settings.ts';
import { MAPPING } from '../crash/person.ts';
import { atRest } from './at-rest.ts';
import { happens } from './happenings.ts';
import { People } from './people.ts';
import { ORY_ID, Simulation } from './simulation.ts';
import type { Happening, Setting, Story } from './story.ts';

const mappings = new Map<string, CompiledMapping>();

function mappingOf({ oryId, adopt, deleted }: Setting): CompiledMapping {
  const text = `${MAPPING}\nadopt: ${adopt}\ndeleted: ${deleted}\n`;
  const key = `${oryId} ${text}`;
  const known =
    mappings.get(key) ??
    compileMapping(parseMapping(text, 'simulated.yaml'), oryId ? { oryIdField: ORY_ID } : {});
  mappings.set(key, known);
  return known;
}

/** One line of a trace. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

export interface Told {
  /** The rules that are broken at the end, as sentences. */
  readonly wrong: readonly string[];
  readonly steps: number;
  /** The calls that reached Zoho and Ory, in order. */
  readonly calls: readonly string[];
}

const DAY_MS = 24 * 60 * 60_000;

/** Beside the deliveries of a story, each hour, or so rarely that only a gap begins a scan (rule 27). */
const INTERVALS_MS = [5_000, 60 * 60_000, 30 * DAY_MS] as const;

function intervalOf(seed: number): number {
  return INTERVALS_MS[seed % INTERVALS_MS.length] ?? DAY_MS;
}
const ROUNDS = 4;

/** Tells a story from its beginning to its end, and compares the end with what must be true. */
export async function tell(
  { setting, events }: Story,
  trace: (line: Line) => void = () => {},
): Promise<Told> {
  const simulation = new Simulation({
    seed: setting.seed,
    processes: setting.serves,
    mapping: mappingOf(setting),
    oryIdField: setting.oryId ? ORY_ID : null,
    settings: { scopes: DEFAULT_SCOPES.filter((scope) => setting.coql || !scope.includes('coql')) },
    reconcileMs: setting.reconcile ? intervalOf(setting.seed) : 0,
  });
  const people = new People();
  const { timeline } = simulation;
  try {
    await makeStore(simulation);
    for (let number = 0; number < setting.serves; number += 1) simulation.start(number);
    await timeline.runUntil(600);
    for (const { afterMs, happening } of events) {
      await timeline.runUntil(timeline.now + afterMs);
      const done = await happens(happening, people, simulation);
      if (done) trace({ at: timeline.now, text: shown(happening) });
    }
    const wrong = await bringToAnEnd(simulation, people, setting);
    const calls = simulation.remote.log
      .list()
      .map(({ startedAt, method, path }) => `${startedAt} ${method} ${path}`);
    return { wrong, steps: timeline.steps, calls };
  } finally {
    simulation.close();
  }
}

/**
 * A store as it is a day after a backfill: this Ory has returned an identity that the ledger knows. It is older
 * than all sign-ups, even if Ory's clock is set back.
 */
async function makeStore(simulation: Simulation): Promise<void> {
  await simulation.atOperator(async () => {});
  simulation.run('UPDATE store SET ory_confirmed = 1, born_at = born_at - ?', String(DAY_MS));
}

/** Everything works again, a day passes, and all serves start anew, until nothing is waiting. */
async function bringToAnEnd(simulation: Simulation, people: People, setting: Setting): Promise<string[]> {
  const { timeline, serves, remote } = simulation;
  await timeline.runUntil(timeline.now + 10_000);
  remote.faults.clear();
  remote.down = undefined;
  simulation.storeTime.clockIsOffBy = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const serve of serves) {
      serve.kill();
      serve.networkFaults.length = 0;
      serve.storeFaults.length = 0;
    }
    await timeline.runUntil(timeline.now + DAY_MS);
    for (let number = 0; number < serves.length; number += 1) simulation.start(number);
    await timeline.runUntil(timeline.now + 3_000);
    await timeline.runUntil(timeline.now + 60_000, () => isAtRest(simulation));
    await timeline.runUntil(timeline.now + 3_000);
    if (round > 0 && isAtRest(simulation)) break;
  }
  return atRest(simulation, people, setting);
}

function isAtRest(simulation: Simulation): boolean {
  return simulation.run("SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1").length === 0;
}

function shown({ is, ...rest }: Happening): string {
  return `${is.replaceAll('_', ' ')} ${JSON.stringify(rest)}`;
}

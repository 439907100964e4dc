import inject from 'light-my-request';
import { pino } from 'pino';
import { StoreError } from '../../src/errors.ts';
import type { ServeConfig } from '../../src/config/serve-config.ts';
import { startServe } from '../../src/commands/serve/running-serve.ts';
import type { RunningServe } from '../../src/commands/serve/running-serve.ts';
import { bindParts } from '../../src/commands/parts/open-parts.ts';
import type { CompiledMapping } from '../../src/mapping/compile.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import type { Database } from '../../src/store/engine/sql.ts';
import type { Chance } from './chance.ts';
import { Life } from './life.ts';
import { processNetwork } from './process-network.ts';
import type { Planned } from './process-network.ts';
import { processStore } from './process-store.ts';
import type { PlannedStoreFault } from './process-store.ts';
import { ProcessTime, processWorld } from './process-world.ts';
import type { Timeline } from './timeline.ts';
import type { WritesUnderWay } from './writes-under-way.ts';

export const SECRET = 'secret-of-the-simulation';
export const ADDRESS = 'http://127.0.0.1:4434';
const SILENT = pino({ level: 'silent' });

export interface ServeSetting {
  readonly config: ServeConfig;
  readonly mapping: CompiledMapping;
}

export interface ServeAround {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly remote: SandboxWorld;
  readonly shared: Database;
  readonly writes: WritesUnderWay;
}

/** One `serve` of a simulation: the real one, with a simulated clock, network and store. */
export class SimulatedServe {
  readonly networkFaults: Planned[] = [];
  readonly storeFaults: PlannedStoreFault[] = [];
  readonly #around: ServeAround;
  #life: Life | undefined;
  #running: RunningServe | undefined;
  #time: ProcessTime | undefined;
  #starting: Promise<void> = Promise.resolve();
  /** Errors that ended a start of it. Trouble of the store is not one, because it passes. */
  readonly failedStarts: string[] = [];

  constructor(around: ServeAround) {
    this.#around = around;
  }

  /** Starts the process. It may fail, as a real start may, and then it has to be started again. */
  start({ config, mapping }: ServeSetting, clockIsOffBy: number): void {
    const { timeline, chance, remote, shared, writes } = this.#around;
    const time = new ProcessTime(timeline);
    time.clockIsOffBy = clockIsOffBy;
    const life = new Life(() => (time.alive = false));
    this.#life = life;
    this.#time = time;
    const network = () =>
      processNetwork({ timeline, time, life, chance, remote, planned: this.networkFaults, writes });
    const world = processWorld(time, chance, network);
    this.#starting = (async () => {
      const store = await processStore(shared, world, { life, planned: this.storeFaults });
      const parts = await bindParts({ config, mapping, store }, () => {});
      const running = await startServe({
        config,
        log: SILENT,
        linesLost: () => 0,
        parts,
        readZoho: async () => config.zoho,
      });
      running.begin();
      this.#running = running;
    })().catch((error: unknown) => {
      // The rejections of a killed process reach no one.
      if (life.alive && !(error instanceof StoreError)) this.failedStarts.push(String(error));
      life.die();
    });
  }

  /** Sends a webhook. @param answered gets the status, if an answer ever comes */
  post(body: string, event: string, answered: (status: number) => void): void {
    const running = this.#running;
    const life = this.#life;
    if (running === undefined || life?.alive !== true) return;
    this.#around.timeline.requestInjected();
    void inject(running.app, {
      method: 'POST',
      url: `/zoho/sync-contact?event=${event}`,
      headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
      payload: body,
    }).then(({ statusCode }) => {
      if (life.alive) answered(statusCode);
    });
  }

  standStill(ms: number): void {
    this.#time?.pause(ms);
  }

  /** As `kill -9`: at the next effect but so many, or at once. */
  kill(afterEffects?: number): void {
    if (afterEffects === undefined) this.#life?.die();
    else this.#life?.dieAfter(afterEffects);
    if (this.#life?.alive === false) this.#running = undefined;
  }

  /** As SIGTERM. Resolves once it has ended, if it lives so long. */
  async stop(): Promise<void> {
    await this.#starting;
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.notReady();
    await running.stop(async () => {});
    await running.leave();
    this.#life?.die();
  }
}

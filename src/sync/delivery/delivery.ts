import { messageOf } from '../../errors.ts';
import type { FieldList } from '../../model/contact.ts';
import { claim } from '../../store/outbox/claim.ts';
import { isWebhookDue, readDue } from '../../store/outbox/due.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { Alarm } from './alarm.ts';
import { Connection } from '../pace/connection.ts';
import type { ConnectionState, MayStart } from '../pace/connection.ts';
import type { DeliveryContext } from '../round/work/round-context.ts';
import { FieldLists } from '../field-list.ts';
import { noteFailure } from '../pace/note-call.ts';
import { OrgBinding } from '../process/org-binding.ts';
import { BATCH_AT_MOST, mayStartRound } from '../pace/pace.ts';
import { Probe } from './connection-probe.ts';
import { ProjectProof } from '../ory-project/project-proof.ts';
import { Rounds } from './rounds.ts';
import { Waits } from './waits.ts';
import { ZohoInUse } from './zoho-in-use.ts';

/**
 * The maximum time between two looks at the outbox. Other processes put rows in too, and backoffs run out.
 */
const LOOK_EVERY_MS = 500;
const LOOK_WHILE_BUSY_MS = 50;
/** How many rounds may run in addition to those with a call under way. They map and settle meanwhile. */
const ROUNDS_BESIDE_CALLS = 4;
/** Rule 32: how long a stop waits for calls under way. */
const STOP_WITHIN_MS = 8_000;
/** The lowest priority of rows that do not come from scans. */
const WITHOUT_SCANS = 1;
const STORE_TROUBLE_MS = 1_000;

/**
 * The main loop. It claims rows and settles each one: claim, open, map, decide, batch, send, settle.
 * `round.ts` has all steps except the claim. Several rounds run at once, within Zoho's limits.
 */
export class Delivery {
  readonly #context: DeliveryContext;
  readonly #only: (() => readonly string[]) | undefined;
  readonly #connection: Connection;
  readonly #fieldLists: FieldLists;
  readonly #orgBinding: OrgBinding;
  readonly #projectProof: ProjectProof;
  readonly #rounds: Rounds;
  readonly #waiting: Waits;
  readonly #probe: Probe;
  readonly #alarm: Alarm;
  readonly #zoho: ZohoInUse;
  #lastClaimAt: number;
  #stopping = false;
  readonly #reading = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /**
   * @param reconnect called before the probe of a dead connection; returns a client with new credentials, if
   * there are any
   * @param only called before each claim; returns the identities to deliver. Without it, all are delivered.
   */
  constructor(
    context: DeliveryContext,
    reconnect: () => Promise<ZohoClient | undefined>,
    only?: () => readonly string[],
  ) {
    this.#only = only;
    this.#zoho = new ZohoInUse(context.zoho, reconnect);
    this.#connection = new Connection(() => this.#zoho.creditsUsed);
    this.#lastClaimAt = context.store.world.ticks();
    const current = () => this.#zoho.client;
    this.#context = {
      ...context,
      report: (report) => {
        context.report(report);
        if (report.what === 'resumed') void this.#waiting.restart();
        if (report.what === 'put_aside') this.#waiting.noteLackOfScope();
      },
      get zoho() {
        return current();
      },
    };
    this.#waiting = new Waits(context.store, this.#context.report);
    this.#alarm = new Alarm(context.store.world);
    this.#probe = new Probe(this.#connection, this.#context);
    this.#fieldLists = new FieldLists(this.#context, true);
    this.#orgBinding = new OrgBinding(context.store);
    this.#projectProof = new ProjectProof(context, this.#reading.signal);
    this.#rounds = new Rounds(this.#context, {
      connection: this.#connection,
      fieldLists: this.#fieldLists,
    });
  }

  get connection(): ConnectionState {
    return this.#connection.state;
  }

  get zohoStats(): { inFlight: number; limit: number } {
    return this.#zoho.client.stats();
  }

  start(): void {
    this.#running = this.#run();
  }

  /**
   * A row may be due. While rounds are running, the next look comes soon anyway, so a burst of webhooks does
   * not cause a look for each one.
   */
  wake(): void {
    if (this.#rounds.size === 0) this.#alarm.ring();
  }

  /**
   * Claims no more rows. Calls under way get 8 s to finish; then they are cut, and their marks stay in doubt
   * (rule 32).
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    // A read before a round can be cut, because nothing depends on it yet.
    this.#reading.abort();
    this.#alarm.ring();
    await this.#running;
    await this.#projectProof.ended();
    await this.#rounds.stop(STOP_WITHIN_MS);
  }

  /** Closes the connection to Zoho, after a stop. */
  close(): Promise<void> {
    return this.#zoho.client.close();
  }

  async #run(): Promise<void> {
    // The mapping or the connection may have changed since the last start.
    await this.#waiting.lookAgain();
    while (!this.#stopping) {
      this.#alarm.set();
      let pause = this.#rounds.size > 0 ? LOOK_WHILE_BUSY_MS : LOOK_EVERY_MS;
      try {
        if (await this.#startRound()) continue;
      } catch (error) {
        this.#context.report({ what: 'round_failed', message: messageOf(error) });
        pause = STORE_TROUBLE_MS;
      }
      await this.#alarm.sleep(pause);
    }
  }

  async #startRound(): Promise<boolean> {
    const may = await this.#mayStart();
    if (may === 'no') return false;
    // A running round keeps the client that it started with.
    if (this.#rounds.size === 0) await this.#waiting.lookForScope(this.#zoho);
    const priority = this.#context.reserved?.() === true ? WITHOUT_SCANS : undefined;
    const due = await readDue(this.#context.store, BATCH_AT_MOST, priority);
    if (may === 'probe' && due.rows === 0) this.#probe.endIdlePause();
    const underWay = may === 'probe' ? 0 : this.#rounds.size;
    const limit = this.#zoho.client.stats().limit + ROUNDS_BESIDE_CALLS;
    if (!mayStartRound(due, underWay, limit)) return false;
    const atMost = may === 'yes' ? BATCH_AT_MOST : this.#probe.size;
    if (may === 'probe') await this.#probe.begin(() => this.#zoho.takeNewCredentials());
    const fields = await this.#readFields();
    if (fields === undefined) return false;
    this.#lastClaimAt = this.#context.store.world.ticks();
    const claimed = await claim(this.#context.store, atMost, {
      last: may === 'probe' ? this.#rounds.suspects : [],
      only: this.#only?.(),
      priority,
    });
    if (claimed.rows.length === 0) return false;
    this.#projectProof.consider(claimed.rows);
    const round = this.#rounds.launch(claimed, fields, this.#zoho.client);
    if (may === 'probe') this.#probe.launched(round);
    void round.finally(() => {
      this.#probe.ended(round);
      this.#alarm.ring();
    });
    return true;
  }

  async #mayStart(): Promise<Exclude<MayStart, 'probe_for_webhook'>> {
    const now = this.#context.store.world.ticks();
    const may = this.#connection.mayStart(now, this.#probe.isUnderWay);
    if (may !== 'probe_for_webhook') return may;
    if (this.#only !== undefined) return 'no';
    const cameIn = { withinMs: now - this.#lastClaimAt, except: this.#rounds.suspects };
    return (await isWebhookDue(this.#context.store, cameIn)) ? 'probe' : 'no';
  }

  async #readFields(): Promise<FieldList | undefined> {
    const startedAt = this.#context.store.world.ticks();
    const { signal } = this.#reading;
    const other = await this.#orgBinding.check(this.#zoho.client, signal);
    const answer = other ?? (await this.#fieldLists.read(startedAt, signal));
    if (answer.kind === 'fields') return answer.fields;
    noteFailure({ ...this.#context, connection: this.#connection }, answer, startedAt);
    return undefined;
  }
}

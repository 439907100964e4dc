import { messageOf } from '../errors.ts';
import type { FieldList } from '../model/contact.ts';
import { needsAPerson } from '../model/pause.ts';
import type { ZohoClient } from '../zoho/client.ts';
import { restartWaits } from '../store/key/summon.ts';
import { claim } from '../store/outbox/claim.ts';
import type { Claim } from '../store/outbox/claim.ts';
import { readDue } from '../store/outbox/due.ts';
import { wakeAside } from '../store/outbox/put-aside.ts';
import { releaseAll } from '../store/outbox/release.ts';
import { noteFailure } from './note-call.ts';
import { fieldHashes } from './changed-fields.ts';
import { Connection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import type { DeliveryContext } from './context.ts';
import { decideRules } from './decide-rules.ts';
import { FieldLists } from './field-list.ts';
import { Leases } from './leases.ts';
import { OrgBinding } from './org-binding.ts';
import { BATCH_AT_MOST, mayStartRound } from './pace.ts';
import { Suspects } from './poison.ts';
import { ProjectProof } from './project-proof.ts';
import { deliver } from './round.ts';

/** Other processes put rows in too, and backoffs run out: look at least this often. */
const LOOK_EVERY_MS = 500;
const LOOK_WHILE_BUSY_MS = 50;
/** Rounds beside those whose call is under way: they map and settle meanwhile. */
const ROUNDS_BESIDE_CALLS = 4;
/** Rule 32: how long a stop waits for calls under way. */
const STOP_WITHIN_MS = 8_000;
/** The least priority of what no scan has put in. */
const WITHOUT_SCANS = 1;
const STORE_TROUBLE_MS = 1_000;

/**
 * The loop that claims rows and settles each: claim, open, map, decide, batch, send, settle (`round.ts` has all but
 * the claim). Several rounds are under way at once, within what Zoho's limits let through.
 */
export class Delivery {
  readonly #context: DeliveryContext;
  readonly #reconnect: () => Promise<ZohoClient | undefined>;
  readonly #only: (() => readonly string[]) | undefined;
  readonly #connection = new Connection();
  readonly #suspects = new Suspects();
  readonly #leases: Leases;
  readonly #fieldLists: FieldLists;
  readonly #orgBinding: OrgBinding;
  readonly #projectProof: ProjectProof;
  readonly #rounds = new Set<Promise<void>>();
  /** The round that probes a paused connection. */
  #probe: Promise<void> | undefined;
  #zoho: ZohoClient;
  /** What paused the connection may be over by now without anybody's doing, or somebody has done something. */
  #mayBeWell = false;
  /** Newcomers wait for a scope: credentials that have it may be there by now. */
  #lacksScope = false;
  #stopping = false;
  readonly #reading = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wakeUp: (() => void) | undefined;
  #woken = false;

  /**
   * @param reconnect called before the probe of a dead connection: gives a client with new credentials, if there are any
   * @param only asked before each claim: the identities to deliver; left out: all
   */
  constructor(
    context: DeliveryContext,
    reconnect: () => Promise<ZohoClient | undefined>,
    only?: () => readonly string[],
  ) {
    this.#reconnect = reconnect;
    this.#only = only;
    this.#zoho = context.zoho;
    const current = () => this.#zoho;
    this.#context = {
      ...context,
      report: (report) => {
        context.report(report);
        if (report.what === 'resumed') void this.#restartWaits();
        if (report.what === 'put_aside') this.#lacksScope = true;
      },
      get zoho() {
        return current();
      },
    };
    this.#leases = new Leases(context.store);
    this.#fieldLists = new FieldLists(this.#context, true);
    this.#orgBinding = new OrgBinding(context.store);
    this.#projectProof = new ProjectProof(context, this.#reading.signal);
  }

  get connection(): ConnectionState {
    return this.#connection.state;
  }

  get zohoStats(): { inFlight: number; limit: number } {
    return this.#zoho.stats();
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Something may be due. Beside rounds under way it is soon looked for anyhow: not at every webhook of a burst. */
  wake(): void {
    if (this.#rounds.size === 0) this.#wakeNow();
  }

  #wakeNow(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /** Claims nothing more, lets calls under way end for 8 s, then cuts them; their marks stay in doubt (rule 32). */
  async stop(): Promise<void> {
    this.#stopping = true;
    // What is only read before a round is nobody's loss.
    this.#reading.abort();
    this.#wakeNow();
    await this.#running;
    await this.#projectProof.ended();
    const timer = setTimeout(() => this.#leases.abortAll(), STOP_WITHIN_MS);
    await Promise.all(this.#rounds);
    clearTimeout(timer);
  }

  /** Closes the connection to Zoho, after a stop. */
  close(): Promise<void> {
    return this.#zoho.close();
  }

  async #run(): Promise<void> {
    await this.#lookAgain();
    while (!this.#stopping) {
      this.#woken = false;
      let pause = this.#rounds.size > 0 ? LOOK_WHILE_BUSY_MS : LOOK_EVERY_MS;
      try {
        if (await this.#startRound()) continue;
      } catch (error) {
        this.#context.report({ what: 'round_failed', message: messageOf(error) });
        pause = STORE_TROUBLE_MS;
      }
      if (!this.#woken) await this.#sleep(pause);
    }
  }

  async #lookForScope(): Promise<void> {
    this.#lacksScope = false;
    if (await this.#takeNewCredentials()) await this.#lookAgain();
  }

  /** Another mapping or another connection may be in use since the last start: what waits for a scope looks again. */
  async #lookAgain(): Promise<void> {
    try {
      await wakeAside(this.#context.store, 'needs_coql');
    } catch (error) {
      this.#context.report({ what: 'round_failed', message: messageOf(error) });
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #startRound(): Promise<boolean> {
    const may = this.#connection.mayStart(performance.now(), this.#probe !== undefined);
    if (may === 'no') return false;
    // Whoever has a call under way keeps the client it was made with.
    if (this.#lacksScope && this.#rounds.size === 0) await this.#lookForScope();
    const priority = this.#context.reserved?.() === true ? WITHOUT_SCANS : undefined;
    const due = await readDue(this.#context.store, BATCH_AT_MOST, priority);
    if (may === 'probe' && due.rows === 0) this.#endIdlePause();
    const underWay = may === 'probe' ? 0 : this.#rounds.size;
    if (!mayStartRound(due, underWay, this.#zoho.stats().limit + ROUNDS_BESIDE_CALLS)) return false;
    if (may === 'probe') await this.#beginProbe();
    const fields = await this.#readFields();
    if (fields === undefined) return false;
    const avoid = may === 'probe' ? this.#suspects.identityIds : [];
    const claimed = await claim(this.#context.store, BATCH_AT_MOST, {
      last: avoid,
      only: this.#only?.(),
      priority,
    });
    if (claimed.rows.length === 0) return false;
    const round = this.#launch(claimed, fields);
    if (may === 'probe') this.#probe = round;
    return true;
  }

  async #beginProbe(): Promise<void> {
    const { state } = this.#connection;
    this.#connection.probe(performance.now());
    if (state.phase === 'open') return;
    this.#mayBeWell = !needsAPerson(state.reason) || (await this.#takeNewCredentials());
  }

  /** Rule 21: in an outage nobody could settle, so that what rows waited for each other does not count. */
  async #restartWaits(): Promise<void> {
    await restartWaits(this.#context.store).catch((error: unknown) =>
      this.#context.report({ what: 'round_failed', message: messageOf(error) }),
    );
  }

  async #takeNewCredentials(): Promise<boolean> {
    const fresh = await this.#reconnect();
    if (fresh === undefined) return false;
    await this.#zoho.close();
    this.#zoho = fresh;
    return true;
  }

  /** Whoever needed nothing of Zoho tells nothing about it: without a write to end it the pause would last for ever. */
  #afterProbe(): void {
    if (this.#connection.state.phase === 'probing' && this.#mayBeWell) this.#resume();
  }

  /** Its time is over, and nothing is due that could tell. */
  #endIdlePause(): void {
    const { state } = this.#connection;
    if (state.phase !== 'open' && !needsAPerson(state.reason)) this.#resume();
  }

  #resume(): void {
    if (this.#connection.giveBenefitOfDoubt()) this.#context.report({ what: 'resumed' });
  }

  async #readFields(): Promise<FieldList | undefined> {
    const startedAt = performance.now();
    const { signal } = this.#reading;
    const other = await this.#orgBinding.check(this.#zoho, signal);
    const answer = other ?? (await this.#fieldLists.read(startedAt, signal));
    if (answer.kind === 'fields') return answer.fields;
    noteFailure({ connection: this.#connection, report: this.#context.report }, answer, startedAt);
    return undefined;
  }

  #launch(claimed: Claim, fields: FieldList): Promise<void> {
    const round = this.#deliver(claimed, fields).finally(() => {
      this.#rounds.delete(round);
      if (this.#probe === round) {
        this.#probe = undefined;
        this.#afterProbe();
      }
      this.#wakeNow();
    });
    this.#rounds.add(round);
    return round;
  }

  async #deliver(claimed: Claim, fields: FieldList): Promise<void> {
    const { token, rows } = claimed;
    const { mapping, store, report } = this.#context;
    const signal = this.#leases.keep(token);
    this.#projectProof.consider(rows);
    try {
      await deliver(
        {
          ...this.#context,
          zoho: this.#zoho,
          token,
          signal,
          fields,
          fieldsOutdated: () => this.#fieldLists.outdated(performance.now()),
          hash: fieldHashes(store.hmac, mapping.hash, fields),
          connection: this.#connection,
          suspects: this.#suspects,
          rules: decideRules(this.#context, fields, this.#fieldLists.isBuiltIn),
        },
        claimed,
      );
    } catch (error) {
      // The rows stay leased until their lease runs out, and are claimed again then.
      if (!signal.aborted) report({ what: 'round_failed', message: messageOf(error) });
      this.#leases.cut(token);
    } finally {
      this.#leases.drop(token);
    }
    // What a cut call leaves is nobody's until the lease runs out; a stop gives it back at once.
    if (this.#stopping && signal.aborted) await releaseAll(store, [token]);
  }
}

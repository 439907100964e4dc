/** The totals of a dry run, and their text. */
import { waitWords } from '../../model/look-up-wait.ts';
import type { AsideCount } from '../../model/look-up-wait.ts';
import type { Outcome } from '../../model/outcome.ts';
import type { Forecast } from '../../sync/forecast/forecast.ts';
import type { Foreseen } from '../../sync/forecast/all-identities.ts';
import { actionOf, contactIdOf, reasonOf } from '../../sync/forecast/forecast-outcome.ts';
import { waitingTime } from '../terminal/duration.ts';
import { outcomeLines, reasonCounts } from './progress-words.ts';

const BATCH = 100;
/** A write costs one credit per ten records (Zoho CRM API, "API Limits"). */
const RECORDS_A_CREDIT = 10;
/** A call takes Zoho about half a second, and ten large ones may run at once (Zoho CRM API, "API Limits"). */
const SECONDS_A_CALL = 0.5;
const CALLS_AT_ONCE = 10;

/** At most this many are listed one by one. */
const NAMED_AT_MOST = 100;

/** How often each name came up. */
type Tally = Map<string, number>;

export class DryRunTally {
  readonly outcomes: { [Name in Outcome]: number } = {
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    failed: 0,
  };
  /** Existing contacts that would be adopted. They also count as updated. */
  adopted = 0;
  /** They would stay in the outbox. */
  waiting = 0;
  /** How many of those would wait for a look-up that is not possible now, by reason. */
  readonly #aside: Tally = new Map();
  /** Credits used to look up contacts that delivery does not look up. */
  extraCredits = 0;
  /**
   * What only delivery can find out: whether the owner of a contact still exists, or what an upsert matches.
   */
  undecided = 0;
  /** Contacts that are not adopted because the email is not verified. */
  readonly #unverified: string[] = [];
  readonly #reasons: Tally = new Map();
  readonly #fields: Tally = new Map();
  readonly #adoptedFields: Tally = new Map();

  get read(): number {
    const { created, updated, unchanged, skipped, failed } = this.outcomes;
    return created + updated + unchanged + skipped + failed + this.waiting + this.undecided;
  }

  get #waits(): AsideCount[] {
    return byFrequency(this.#aside).map(([reason, count]) => ({ reason, count }));
  }

  get #putOff(): number {
    return this.waiting - this.#waits.reduce((sum, { count }) => sum + count, 0);
  }

  hear(one: Foreseen): void {
    if (one.is === 'forecast') return this.#add(one.forecast);
    const { identity, outcome, reason, matched } = one;
    this.#count(outcome, reason);
    if (matched !== null) this.#nameUnverified(identity.id, matched);
  }

  #count(outcome: Outcome, reason: string | null): void {
    this.outcomes[outcome] += 1;
    if (reason !== null) add(this.#reasons, JSON.stringify([outcome, reason]));
  }

  #add({ identity, outcome, fields }: Forecast): void {
    const action = actionOf(outcome);
    if (reasonOf(outcome) === 'unverified_match') this.#nameUnverified(identity.id, contactIdOf(outcome));
    if (action === 'undecided') this.undecided += 1;
    else if (action === 'queued') this.#wait(reasonOf(outcome));
    else this.#count(action, action === 'skipped' || action === 'failed' ? reasonOf(outcome) : null);
    if (action !== 'updated') return;
    const adopted = 'foundBy' in outcome && outcome.foundBy === 'email';
    this.adopted += Number(adopted);
    for (const { name, would } of fields) {
      if (would !== 'write' && would !== 'clear') continue;
      add(this.#fields, name);
      if (adopted) add(this.#adoptedFields, name);
    }
  }

  /** Lists an identity whose email is not verified, and the contact that it does not adopt. */
  #nameUnverified(identityId: string, contactId: string | null): void {
    const line = `  identity ${identityId}   contact ${contactId}`;
    if (this.#unverified.length < NAMED_AT_MOST) this.#unverified.push(line);
  }

  /** @param reason what only a person can provide; null if Zoho holds the record (locked, in approval) */
  #wait(reason: string | null): void {
    this.waiting += 1;
    if (reason !== null) add(this.#aside, reason);
  }

  /** @param lookedUp credits that the dry run itself used to look contacts up; delivery needs as many */
  credits(lookedUp: number): number {
    const { created, updated } = this.outcomes;
    return lookedUp + Math.ceil(created / RECORDS_A_CREDIT) + Math.ceil(updated / RECORDS_A_CREDIT);
  }

  /**
   * @param lookedUp as above; one credit per call
   * @param reading how long the dry run took, in s. A backfill delivers while it reads
   */
  seconds(lookedUp: number, reading: number): number {
    const batches = Math.ceil((this.outcomes.created + this.outcomes.updated) / BATCH);
    return Math.max(reading, ((lookedUp + batches) * SECONDS_A_CALL) / CALLS_AT_ONCE);
  }

  /** The last line of `--json`. */
  event(lookedUp: number, reading: number): object {
    return {
      event: 'done',
      dry_run: true,
      read: this.read,
      ...this.outcomes,
      reasons: reasonCounts(this.#reasonsOfOutcomes()),
      adopted: this.adopted,
      ...(this.waiting > 0 && { waiting: this.waiting }),
      ...(this.#putOff > 0 && { put_off: this.#putOff }),
      ...(this.#aside.size > 0 && { needs_coql: this.waiting - this.#putOff, waits: this.#waits }),
      ...(this.undecided > 0 && { undecided: this.undecided }),
      fields: Object.fromEntries(byFrequency(this.#fields)),
      adopted_fields: Object.fromEntries(byFrequency(this.#adoptedFields)),
      credits: this.credits(lookedUp),
      seconds: Math.round(this.seconds(lookedUp, reading) * 10) / 10,
      resumed: false,
    };
  }

  #reasonsOfOutcomes(): { readonly outcome: Outcome; readonly reason: string; readonly n: number }[] {
    return [...this.#reasons].map(([key, n]) => {
      const [outcome, reason]: [Outcome, string] = JSON.parse(key);
      return { outcome, reason, n };
    });
  }

  text(lookedUp: number, reading: number): string {
    const reasons = this.#reasonsOfOutcomes();
    const lines = [
      `Dry run: ${this.read.toLocaleString('en')} identities; nothing was written.`,
      ...outcomeLines({ outcomes: this.outcomes, reasons }),
    ];
    if (this.adopted > 0) {
      lines.push(
        `Of these updates, existing contacts that would be adopted: ${this.adopted.toLocaleString('en')}`,
      );
      lines.push(`  they would get: ${listOf(this.#adoptedFields)}`);
    }
    if (this.#unverified.length > 0) {
      lines.push('Unverified emails that an existing contact already has (unverified_match):');
      lines.push(...this.#unverified);
      if (this.#unverified.length === NAMED_AT_MOST)
        lines.push(`  only the first ${NAMED_AT_MOST} are listed`);
    }
    if (this.#fields.size > 0) lines.push(`Fields that would change: ${listOf(this.#fields)}`);
    if (this.#putOff > 0) {
      lines.push(
        `${this.#putOff.toLocaleString('en')} are locked or in approval in Zoho and would keep waiting.`,
      );
    }
    lines.push(...this.#waits.map((one) => waitWords(one, { would: true })));
    if (this.undecided > 0) {
      lines.push(`Only delivery can decide what happens to ${this.undecided.toLocaleString('en')} of them.`);
    }
    const credits = this.credits(lookedUp).toLocaleString('en');
    lines.push(
      `A backfill would use about ${credits} credits and take about ${waitingTime(this.seconds(lookedUp, reading))}.`,
    );
    return `${lines.join('\n')}\n`;
  }
}

function add(tally: Tally, name: string): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

function byFrequency(tally: Tally): [string, number][] {
  return [...tally].sort(([, left], [, right]) => right - left);
}

function listOf(tally: Tally): string {
  return byFrequency(tally)
    .map(([name, n]) => `${name} ${n.toLocaleString('en')}`)
    .join(', ');
}

/**
 * The whole path without an account: a sandbox in place of Zoho and Ory, the real `serve`, and webhooks as
 * Ory sends them. Prints the outcome of each webhook and the contacts. Exits with 0 only if every outcome is
 * the expected one.
 */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Control, IdentityJson } from '../src/sandbox/control/control.ts';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { startServe } from '../test/e2e/processes/serve-process.ts';
import { OPEN_PROJECT } from '../test/fixtures/ory/open-project.ts';
import type { ServeProcess } from '../test/e2e/processes/serve-process.ts';

/** One webhook of the story and its expected outcome. */
interface Step {
  readonly title: string;
  readonly event: 'registration' | 'settings';
  readonly identity: IdentityJson;
  readonly expected: string;
}

const ZOHO_DOWN_MS = 3_000;

/** No lines between rows, no colours of the library's own. */
const PLAIN = {
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  style: { head: [], border: [] },
};

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function story(control: Control) {
  const sign = (traits: { [trait: string]: string | { [part: string]: string } }) =>
    control.createIdentity({ traits });
  const ann = await sign({
    email: 'Ann.Lee@example.org',
    name: { first: 'Ann', last: 'Lee' },
    phone: '+491701234567',
  });
  const ludwig = await sign({ email: 'ludwig@example.org', name: 'Ludwig van Beethoven' });
  const nameless = await sign({ email: 'jo.doe@example.org' });
  const bob = await sign({
    email: 'bob@example.org',
    name: { first: 'Bob', last: 'Ray' },
    phone: 'ask my assistant, extension 12, please',
  });
  const local = await sign({ email: 'root@localhost', name: 'Root' });
  const annMoved = await control.updateIdentity(ann.id, {
    traits: { email: 'ann@new.example', name: { first: 'Ann', last: 'Lee' }, phone: '+491701234567' },
  });
  const late = await sign({ email: 'eve@example.org', name: { first: 'Eve', last: 'Ng' } });

  const first: Step[] = [
    { title: 'sign-up', event: 'registration', identity: ann, expected: 'created' },
    { title: 'sign-up, name as plain text', event: 'registration', identity: ludwig, expected: 'created' },
    { title: 'sign-up without a name', event: 'registration', identity: nameless, expected: 'created' },
    {
      title: 'sign-up, Zoho refuses the phone',
      event: 'registration',
      identity: bob,
      expected: 'created without Phone',
    },
    {
      title: 'sign-up, Zoho refuses the email',
      event: 'registration',
      identity: local,
      expected: 'failed: zoho_invalid_data (Email)',
    },
  ];
  const whileDown: Step[] = [
    { title: 'sign-up while Zoho is down', event: 'registration', identity: late, expected: 'created' },
    { title: 'new email while Zoho is down', event: 'settings', identity: annMoved, expected: 'updated' },
  ];
  const after: Step[] = [
    { title: 'the same webhook again', event: 'settings', identity: annMoved, expected: 'dropped: same' },
    { title: 'the old sign-up, late', event: 'registration', identity: ann, expected: 'dropped: older' },
  ];
  return { first, whileDown, after };
}

/** The outcomes of webhooks, read from the log of serve. */
class Fates {
  readonly #serve: ServeProcess;
  readonly #seen = new Set<unknown>();
  constructor(serve: ServeProcess) {
    this.#serve = serve;
  }

  async send(step: Step): Promise<string | undefined> {
    const answer = await this.#serve.send(step.identity, step.event);
    if (answer.status !== 200) return `answered ${answer.status}`;
    const put = await this.#next((line) => line.msg === 'put' && line['identity_id'] === step.identity.id);
    return put['result'] === 'put' ? undefined : `dropped: ${String(put['result'])}`;
  }

  async delivered(step: Step): Promise<string> {
    const line = await this.#next(
      (entry) => typeof entry['outcome'] === 'string' && entry['identity_id'] === step.identity.id,
    );
    if (line['outcome'] === 'failed') return `failed: ${String(line['reason'])} (${String(line['field'])})`;
    const left = line['left_out'];
    return Array.isArray(left)
      ? `${String(line['outcome'])} without ${left.join(', ')}`
      : String(line['outcome']);
  }

  async #next(matches: (line: ServeProcess['log'][number]) => boolean) {
    const line = await this.#serve.logged((entry) => !this.#seen.has(entry) && matches(entry));
    this.#seen.add(line);
    return line;
  }
}

async function play(steps: readonly Step[], fates: Fates): Promise<() => Promise<[Step, string][]>> {
  const dropped: (string | undefined)[] = [];
  for (const step of steps) dropped.push(await fates.send(step));
  return () =>
    Promise.all(
      steps.map(
        async (step, index): Promise<[Step, string]> => [
          step,
          dropped[index] ?? (await fates.delivered(step)),
        ],
      ),
    );
}

function show(results: readonly [Step, string][]): boolean {
  const table = new Table({ ...PLAIN, head: ['webhook', 'of', 'became', ''] });
  for (const [step, actual] of results) {
    const well = actual === step.expected;
    const mark = well ? styleText('green', '✓') : styleText('red', `expected ${step.expected}`);
    table.push([step.title, step.identity.id.slice(0, 8), actual, mark]);
  }
  process.stdout.write(`${table.toString()}\n`);
  return results.every(([step, actual]) => actual === step.expected);
}

const EXPECTED_CONTACTS = [
  ['Ann', 'Lee', 'ann@new.example', '+491701234567'],
  ['Ludwig', 'van Beethoven', 'ludwig@example.org', ''],
  ['', 'jo.doe', 'jo.doe@example.org', ''],
  ['Bob', 'Ray', 'bob@example.org', ''],
  ['Eve', 'Ng', 'eve@example.org', ''],
];

function cellOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function showContacts(control: Control): Promise<boolean> {
  const contacts = await control.contacts();
  const names = ['First_Name', 'Last_Name', 'Email', 'Phone'];
  const rows = contacts.map(({ fields }) => names.map((name) => cellOf(fields[name])));
  const table = new Table({ ...PLAIN, head: names });
  table.push(...rows);
  process.stdout.write(`${table.toString()}\n`);
  const sorted = (list: readonly string[][]) => JSON.stringify(list.map((row) => row.join('|')).sort());
  return sorted(rows) === sorted(EXPECTED_CONTACTS);
}

async function demo(): Promise<boolean> {
  const sandbox = await startSandbox(OPEN_PROJECT);
  const serve = await startServe(sandbox);
  const interrupted = () => {
    serve.process.kill('SIGKILL');
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const { control } = sandbox;
    const { first, whileDown, after } = await story(control);
    const fates = new Fates(serve);
    say('Five people sign up…');
    const results = await (await play(first, fates))();
    say(`Zoho fails for ${ZOHO_DOWN_MS / 1_000} s; webhooks keep coming in…`);
    await control.setDown(true);
    const delivered = await play(whileDown, fates);
    await new Promise((resolve) => setTimeout(resolve, ZOHO_DOWN_MS));
    await control.setDown(false);
    say('Zoho is back.');
    results.push(...(await delivered()));
    results.push(...(await (await play(after, fates))()));
    const asExpected = show(results);
    process.stdout.write('\nThe contacts in Zoho:\n');
    return (await showContacts(control)) && asExpected;
  } finally {
    await serve.stop();
    await sandbox.close();
  }
}

const well = await demo();
say(well ? 'Every outcome is the expected one.' : 'Some outcome is not the expected one.');
process.exitCode = well ? 0 : 1;

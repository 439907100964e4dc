import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OPEN_PROJECT } from '../fixtures/ory/open-project.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { eventually, startServe } from '../e2e/processes/serve-process.ts';
import type { ServeProcess } from '../e2e/processes/serve-process.ts';
import { selectorsOf, selects, seriesOf } from './promql.ts';
import type { Series } from './promql.ts';

const inDeploy = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url)), 'utf8');

const rules = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^OryZoho\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});
const dashboard = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string() })),
    }),
  ),
});

const alerts = rules.parse(parse(inDeploy('alerts.yaml'))).groups.flatMap((group) => group.rules);
const { panels } = dashboard.parse(JSON.parse(inDeploy('dashboard.json')));

/** Labels and metrics that come from Prometheus itself. */
const NOT_OURS = ['up'];

const queries: [string, string][] = [
  ...alerts.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
];

/** A serve that has met everything its metrics count, and a scrape of it. */
async function scrapeOfABusyServe(): Promise<Series[]> {
  const sandbox = await startSandbox(OPEN_PROJECT);
  const serve = await startServe(sandbox, { ory: true, variables: { RECONCILE_INTERVAL: '1s' } });
  try {
    await meetTrouble(sandbox, serve);
    return await eventually(async () => {
      const series = seriesOf(await (await fetch(`${serve.url}/metrics`)).text());
      return series.some(({ name }) => name === 'ory_zoho_scan_done_timestamp_seconds') && series;
    });
  } finally {
    await serve.kill();
    await sandbox.close();
  }
}

async function meetTrouble({ control }: Sandbox, serve: ServeProcess): Promise<void> {
  await control.addFault({ on: { operation: 'upsert' }, effect: { html502: true } });
  const signUp = async (traits: Record<string, string>) => {
    const identity = await control.createIdentity({ traits });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length > 0);
  };
  await signUp({ email: 'ann@example.org', name: 'Ann' });
  await signUp({ email: 'refused@localhost', name: 'Refused' });
  await signUp({ username: 'no-email' });
  // Zoho sends the remaining credits only after half of them are used.
  const { credits_used } = await control.counters();
  await control.configure({ credits: 2 * credits_used });
  await signUp({ email: 'bob@example.org', name: 'Bob' });
}

describe('alerts and dashboard', () => {
  let scrape: Series[];
  beforeAll(async () => {
    scrape = await scrapeOfABusyServe();
  });

  test.each(queries)('%s asks for what serve has: %s', (_what, query) => {
    const ours = selectorsOf(query).filter(({ name }) => !NOT_OURS.includes(name));
    const missing = ours.filter((selector) => !scrape.some((series) => selects(selector, series)));
    expect(missing).toEqual([]);
    expect(ours.length > 0 || query.startsWith('up{')).toBe(true);
  });

  test('the dashboard shows each metric that serve has', () => {
    const shown = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => selectorsOf(expr)));
    const names = new Set(shown.map(({ name }) => name));
    const hidden = new Set(scrape.map(({ name }) => name).filter((name) => !names.has(name)));
    expect([...hidden].toSorted()).toEqual([
      'ory_zoho_expired_total',
      'ory_zoho_latency_seconds_count',
      'ory_zoho_latency_seconds_sum',
      'ory_zoho_log_lines_lost_total',
      'ory_zoho_scan_done_timestamp_seconds',
    ]);
  });
});

test('alerts have different names', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

test('panels do not overlap, and fit into the 24 columns', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});

import type { BacklogFigure } from './backlog.ts';
import type { IdleLatencyFigure } from './idle-latency.ts';
import type { IntakeFigure, Rate } from './intake.ts';
import type { MappingFigure } from './mapping.ts';

export interface Figures {
  readonly intake?: { readonly slow: IntakeFigure; readonly down: IntakeFigure };
  readonly backlog?: BacklogFigure;
  readonly idleLatency?: readonly IdleLatencyFigure[];
  readonly mapping?: MappingFigure;
}

type Row = readonly [figure: string, ours: string, beside: string, ratio: string, aim: string];

const HEAD: Row = ['figure', 'ory-zoho', 'compared with, in the same run', 'ratio', 'goal'];

/** The figures as a Markdown table, as in docs/performance.md. */
export function table({ intake, backlog, idleLatency = [], mapping }: Figures): string {
  const rows = [
    HEAD,
    ...(intake === undefined ? [] : intakeRows('Zoho takes 300 ms', intake.slow)),
    ...(intake === undefined ? [] : intakeRows('Zoho is down', intake.down)),
    ...(backlog === undefined ? [] : backlogRows(backlog)),
    ...idleLatency.map(latencyRow),
    ...(mapping === undefined ? [] : [mappingRow(mapping)]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head, ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [head, rule, ...body].join('\n');
}

function intakeRows(zoho: string, { ours, bare, share }: IntakeFigure): Row[] {
  const rate = ({ perSecond }: Rate) => `${perSecond.toFixed(0)}/s`;
  const tail = ({ p50, p99 }: Rate) => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;
  return [
    [
      `webhooks acknowledged, ${zoho}`,
      rate(ours),
      `bare Express ${rate(bare)}`,
      percent(share),
      '60 % or more',
    ],
    [
      `p50 / p99 latency, ${zoho}`,
      tail(ours),
      `bare Express ${tail(bare)}`,
      times(ours.p99 / bare.p99),
      'p99 under 30 ms',
    ],
  ];
}

function backlogRows(figure: BacklogFigure): Row[] {
  const { identities, seconds, perSecond, onePerWebhook, calls, shareOfLimit, creditsPerRecord } = figure;
  const backlog = `backlog of ${identities} delivered`;
  const naive = `one call per webhook ${onePerWebhook.perSecond.toFixed(1)}/s`;
  const limit = `${calls} calls, 10 at once: ${(shareOfLimit * seconds).toFixed(1)} s`;
  const credits = `one call per webhook ${onePerWebhook.creditsPerRecord.toFixed(2)}`;
  return [
    [
      backlog,
      `${perSecond.toFixed(0)}/s`,
      naive,
      times(perSecond / onePerWebhook.perSecond),
      'as many as possible',
    ],
    [`${backlog}, share of Zoho's limit`, `${seconds.toFixed(1)} s`, limit, percent(shareOfLimit), '95 %'],
    [
      'credits a record, with lookups',
      creditsPerRecord.toFixed(3),
      credits,
      times(creditsPerRecord / onePerWebhook.creditsPerRecord),
      '0.13 or fewer',
    ],
  ];
}

function latencyRow({ zohoMs, ours, onePerWebhook }: IdleLatencyFigure): Row {
  const latency = (one: IdleLatencyFigure['ours']) => `${one.median.toFixed(1)} / ${one.p95.toFixed(1)} ms`;
  return [
    `webhook to contact beyond Zoho's ${zohoMs} ms a call, median / p95`,
    latency(ours),
    `one call per webhook ${latency(onePerWebhook)}`,
    times(ours.median / onePerWebhook.median),
    'median 20 ms or less',
  ];
}

function mappingRow({ builtIn, tenFields }: MappingFigure): Row {
  return [
    'identities through a mapping of ten fields, one core',
    `${tenFields.toFixed(0)}/s`,
    `built-in mapping ${builtIn.toFixed(0)}/s`,
    times(tenFields / builtIn),
    'over 5,000/s',
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)} x`;
}

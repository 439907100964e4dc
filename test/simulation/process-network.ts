import { ConnectionNotMade } from '../../src/outgoing/connection-not-made.ts';
import type { Network, NetworkAnswer, NetworkRequest } from '../../src/model/network.ts';
import { carryOut } from '../../src/sandbox/carry-out.ts';
import type { SandboxRequest } from '../../src/sandbox/call/http.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';
import type { ProcessTime } from './process-world.ts';
import type { Timeline } from './timeline.ts';
import type { WritesUnderWay } from './writes-under-way.ts';

/** What the network does to a call. */
export const NETWORK_FAULTS = [
  'refused',
  'cut_before',
  'cut_after',
  'hangs_before',
  'hangs_after',
  'slow',
] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** The fault of the next calls, and how many calls pass before. */
export interface Planned {
  readonly fault: NetworkFault;
  skip: number;
}

export interface Surroundings {
  readonly timeline: Timeline;
  readonly time: ProcessTime;
  readonly life: Life;
  readonly chance: Chance;
  readonly remote: SandboxWorld;
  readonly planned: Planned[];
  readonly writes: WritesUnderWay;
}

/** The way from one process to the sandbox, without sockets. Each call takes some time to arrive and to return. */
export function processNetwork(around: Surroundings): Network {
  const closing = new AbortController();
  return {
    send: (request) =>
      send(around, {
        ...request,
        url: withSmallPages(request.url),
        signal: AbortSignal.any([request.signal, closing.signal]),
      }),
    close: async () => closing.abort(new Error('closed')),
  };
}

/** A list of Ory has several pages, although a story has few identities. */
function withSmallPages(url: string): string {
  const isList = url.includes('/admin/identities?') && !url.includes('ids=');
  return isList ? url.replace(/\bpage_size=\d+/, 'page_size=2') : url;
}

async function send(around: Surroundings, request: NetworkRequest): Promise<NetworkAnswer> {
  const { life, timeline, chance } = around;
  await life.passes();
  request.signal.throwIfAborted();
  const fault = faultOf(around);
  if (fault === 'refused') throw new ConnectionNotMade(new Error('connect ECONNREFUSED'), undefined);
  const [there, back] = [
    chance.between(1, 40),
    fault === 'slow' ? chance.between(5_000, 70_000) : chance.between(1, 40),
  ];
  const end = around.writes.begin(request, life, around.time);
  return new Promise<NetworkAnswer>((resolve, reject) => {
    // The process sees nothing while it stands still.
    const seen = (run: () => void) => around.time.after(0, () => void life.passes().then(run));
    const cut = () => seen(() => reject(new Error('read ECONNRESET')));
    request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true });
    if (fault === 'hangs_before') return;
    timeline.after(there, () => {
      if (fault === 'cut_before') return cut();
      // What has left the process arrives, whatever becomes of the process.
      void carryOut(arrived(request), pathOf(request), around.remote).then(({ outcome, stallMs = 0 }) => {
        if (fault === 'hangs_after') return;
        timeline.after(back + stallMs, () => {
          if (fault === 'cut_after' || outcome === 'cut') return cut();
          seen(() => resolve(answerOf(outcome)));
        });
      });
    });
  }).finally(end);
}

function faultOf({ planned }: Surroundings): NetworkFault | undefined {
  const [next] = planned;
  if (next === undefined) return undefined;
  next.skip -= 1;
  return next.skip < 0 ? planned.shift()?.fault : undefined;
}

function pathOf({ url }: NetworkRequest): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

function arrived({ method, url, headers, body = '' }: NetworkRequest): SandboxRequest {
  const { pathname, searchParams } = new URL(url);
  return { method, path: pathname, query: searchParams, headers: lowerCase(headers), body };
}

function lowerCase(headers: NetworkRequest['headers']): SandboxRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function answerOf(reply: Exclude<Awaited<ReturnType<typeof carryOut>>['outcome'], 'cut'>): NetworkAnswer {
  const { status, headers = {}, contentType = 'application/json;charset=UTF-8', json, body } = reply;
  const text = body ?? (json === undefined ? '' : JSON.stringify(json));
  return { status, headers: { ...lowerCase(headers), 'content-type': contentType }, text };
}

import type { JsonObject } from '../../model/json.ts';
import {
  hookLists,
  listAt,
  runningLists,
  silentVerifications,
  updatingMethods,
} from '../actions/hook-lists.ts';
import type { HookList, RunningList } from '../actions/hook-lists.ts';
import { hookFaults, hookToServe } from './hook-lint.ts';
import type { ExpectedHook, HookFault } from './hook-lint.ts';

/** A fault of a hook or of a list. `place` is the list, such as `registration.after.password`. */
export interface PlacedFault extends HookFault {
  readonly place: string;
}

export interface HookLint {
  /** The lists that run and call serve. */
  readonly telling: readonly string[];
  readonly faults: readonly PlacedFault[];
}

/**
 * Looks in a Kratos configuration for everything that keeps webhooks from serve. A hook may be missing for a
 * method that is on, may never run because the method has its own list, may run too early, or may be one that
 * serve refuses.
 * @param config a parsed kratos.yml, or an identity configuration of Ory Network
 * @throws ConfigurationError if `selfservice` has a form that Kratos does not know
 */
export function lintKratos(config: JsonObject, expected: ExpectedHook): HookLint {
  const tells = (list: HookList['hooks']) => list.some((hook) => hookToServe(hook, expected) !== undefined);
  const running = runningLists(config, expected.signIns);
  const updating = updatingMethods(config);
  const silent = running.filter(({ path }) => !tells(listAt(config, path)));
  return {
    telling: running.filter((list) => !silent.includes(list)).map(({ path }) => placeOf(path)),
    faults: [
      ...silent.map((list) => silence(list, tells(listAt(config, flowList(list))), updating)),
      ...unseenVerifications(config, expected),
      ...hookLists(config).flatMap((list) => faultsIn(list, expected)),
    ],
  };
}

const WORDS: { readonly [event: string]: string } = {
  registration: 'a sign-up',
  settings: 'a changed profile',
  verification: 'a verified address',
  login: 'the time of a sign-in',
};

/**
 * The fault of a list that runs but does not call serve.
 * @param updating methods whose logins change traits
 */
function silence(
  { path, event, methods }: RunningList,
  shadowed: boolean,
  updating: readonly string[],
): PlacedFault {
  const place = placeOf(path);
  if (shadowed) {
    const detail = `has hooks of its own, so the hook in ${event}.after.hooks never runs for it`;
    return { place, state: 'fail', detail, fix: null };
  }
  const changes = event === 'login' && methods.some((method) => updating.includes(method));
  const what = changes
    ? 'changes that a login makes (update_identity_on_login) arrive only with the next reconcile'
    : `${WORDS[event] ?? event} goes unnoticed`;
  // The next change reports a verified address too, and a login changes little.
  const state = event === 'verification' || event === 'login' ? 'warn' : 'fail';
  return { place, state, detail: `has no hook to serve: ${what}`, fix: null };
}

function unseenVerifications(config: JsonObject, { verified }: ExpectedHook): PlacedFault[] {
  const ways = verified ? silentVerifications(config) : [];
  if (ways.length === 0) return [];
  const detail = `no hook reports an email that ${ways.join(' or ')} verifies, so it arrives only with the next reconcile`;
  const fix = 'Nothing is wrong. If that is too late, set RECONCILE_INTERVAL to less, such as 1h.';
  return [{ place: 'methods.code', state: 'warn', detail, fix }];
}

function faultsIn({ path, hooks }: HookList, expected: ExpectedHook): PlacedFault[] {
  const place = placeOf(path);
  const [, , event = '', timing] = path;
  const ours = [...hooks.entries()].flatMap(([index, hook]) => {
    const config = hookToServe(hook, expected);
    return config === undefined ? [] : [{ index, config }];
  });
  const last = ours.at(-1);
  if (last === undefined) return [];
  const faults: HookFault[] = [];
  if (timing === 'before') {
    const detail = 'runs before the flow, when there is no identity yet';
    faults.push({ state: 'fail', detail, fix: 'Remove the hook there.' });
  } else {
    faults.push(...ours.flatMap(({ config }) => hookFaults(config, event, expected)));
  }
  if (ours.length > 1) {
    faults.push({ state: 'warn', detail: `calls serve ${ours.length} times for one event`, fix: null });
  }
  const session = hooks.findIndex(
    (hook) => typeof hook === 'object' && hook !== null && 'hook' in hook && hook.hook === 'session',
  );
  if (session >= 0 && session < last.index) {
    const detail = 'has `session` before the hook, so Kratos before v1.2 never runs it';
    faults.push({ state: 'warn', detail, fix: 'Move `session` to the end of the list.' });
  }
  return faults.map((fault) => ({ place, ...fault }));
}

function flowList({ path }: RunningList): readonly string[] {
  return [...path.slice(0, 4), 'hooks'];
}

function placeOf(path: readonly string[]): string {
  return path.slice(2, -1).join('.');
}

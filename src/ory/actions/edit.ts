import { EVENTS } from '../../model/event.ts';
import type { Event } from '../../model/event.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { hookLists, listAt, runningLists } from './hook-lists.ts';
import type { HookList, Path } from './hook-lists.ts';
import { corrected, isCurrent, isOurs, ourHook } from './our-hook.ts';
import type { HookValues } from './our-hook.ts';

/** One change to one list of hooks. */
export type Edit =
  /** At the head of the list, which is made where it is missing: so `session`, where it is, stays last. */
  | {
      readonly kind: 'add';
      readonly list: Path;
      readonly hook: JsonObject;
      readonly methods: readonly string[];
    }
  | {
      readonly kind: 'update';
      readonly list: Path;
      readonly index: number;
      readonly before: Json;
      readonly hook: JsonObject;
    }
  | { readonly kind: 'remove'; readonly list: Path; readonly index: number; readonly before: Json };

/** The next change that a configuration needs; undefined: none. */
export type NextEdit = (config: JsonObject) => Edit | undefined;

/**
 * What brings a configuration nearer to having our hook, as `values` say, in every list that runs. Hooks of
 * ours that stand elsewhere after a flow (login, a method that is off) are put right too, and left where they
 * are: a method may be on by an environment variable.
 */
export function towardsApplied(values: HookValues): NextEdit {
  return (config) => correction(config, values) ?? addition(config, values);
}

/** What brings a configuration nearer to having no hook of ours, in any list. */
export function towardsRemoved(body: string): NextEdit {
  return (config) => {
    for (const { path: list, hooks } of hookLists(config)) {
      const index = hooks.findIndex((hook) => isOurs(hook, body));
      const before = hooks[index];
      if (before !== undefined) return { kind: 'remove', list, index, before };
    }
    return undefined;
  };
}

function correction(config: JsonObject, values: HookValues): Edit | undefined {
  for (const { path: list, hooks } of hookLists(config)) {
    const event = eventAfter(list);
    if (event === undefined) continue;
    const wanted = ourHook(event, values);
    const ours = [...hooks.entries()].filter(([, hook]) => isOurs(hook, values.body));
    // Ory refuses a list with the same hook twice.
    const [, second] = ours;
    if (second !== undefined) return { kind: 'remove', list, index: second[0], before: second[1] };
    const stale = ours.find(([, hook]) => !isCurrent(hook, wanted));
    if (stale !== undefined) {
      const [index, before] = stale;
      return { kind: 'update', list, index, before, hook: corrected(before, wanted) };
    }
  }
  return undefined;
}

function addition(config: JsonObject, values: HookValues): Edit | undefined {
  const list = runningLists(config, values.signIns).find(
    ({ path }) => !listAt(config, path).some((hook) => isOurs(hook, values.body)),
  );
  return list && { kind: 'add', list: list.path, hook: ourHook(list.event, values), methods: list.methods };
}

/** Undefined for lists that run before a flow, when there is no identity to tell of. */
function eventAfter(list: HookList['path']): Event | undefined {
  const [, , flow, timing] = list;
  return timing === 'after' ? EVENTS.slice(0, 5).find((event) => event === flow) : undefined;
}

import { EVENTS } from '../../model/event.ts';
import type { Event } from '../../model/event.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { hookLists, listAt, runningLists } from './hook-lists.ts';
import type { HookList, Path } from './hook-lists.ts';
import { corrected, isCurrent, isOurs, ourHook } from './our-hook.ts';
import type { HookValues } from './our-hook.ts';

/** One change to one list of hooks. */
export type Edit =
  /** Adds a hook at the head of the list, so `session` stays last. Creates the list if it is missing. */
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

/** The next change that a configuration needs. Undefined if it needs none. */
export type NextEdit = (config: JsonObject) => Edit | undefined;

/**
 * The next change so that every list that runs has our hook with these `values`. It also corrects our hooks
 * in other lists that run after a flow (login, a method that is off), and leaves them there, because an
 * environment variable may have switched the method on.
 */
export function towardsApplied(values: HookValues): NextEdit {
  return (config) => correction(config, values) ?? addition(config, values);
}

/** The next change so that no list has a hook of ours. */
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

/** Undefined for lists that run before a flow, because there is no identity yet. */
function eventAfter(list: HookList['path']): Event | undefined {
  const [, , flow, timing] = list;
  return timing === 'after' ? EVENTS.slice(0, 5).find((event) => event === flow) : undefined;
}

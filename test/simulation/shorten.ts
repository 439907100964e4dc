import { tell } from './play.ts';
import type { Event, Story } from './story.ts';

const TRIES = 400;

/** The shortest story that still breaks a rule, found by leaving out ever smaller parts. */
export async function shortened(story: Story): Promise<Story> {
  let shortest = story;
  const tries = { left: TRIES };
  for (let part = Math.ceil(story.events.length / 2); part >= 1 && tries.left > 0; ) {
    const shorter = await firstBroken(candidates(shortest, part), tries);
    if (shorter !== undefined) shortest = shorter;
    else if (part === 1) break;
    else part = Math.ceil(part / 2);
  }
  return shortest;
}

async function firstBroken(stories: readonly Story[], tries: { left: number }): Promise<Story | undefined> {
  for (const story of stories) {
    if (tries.left === 0) return undefined;
    tries.left -= 1;
    const isBroken = await tell(story).then(
      ({ wrong }) => wrong.length > 0,
      () => true,
    );
    if (isBroken) return story;
  }
  return undefined;
}

/** The story without `part` events in a row, from its end. The time that they took still passes. */
function candidates({ setting, events }: Story, part: number): Story[] {
  const starts = Array.from({ length: Math.ceil(events.length / part) }, (_, index) => index * part);
  return starts.toReversed().map((start) => ({ setting, events: without(events, start, start + part) }));
}

function without(events: readonly Event[], from: number, to: number): readonly Event[] {
  const waited = events.slice(from, to).reduce((sum, { afterMs }) => sum + afterMs, 0);
  const [next, ...rest] = events.slice(to);
  const later = next === undefined ? [] : [{ ...next, afterMs: next.afterMs + waited }, ...rest];
  return [...events.slice(0, from), ...later];
}

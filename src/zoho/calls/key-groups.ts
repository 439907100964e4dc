/** Parts of a look-up by its keys. Pure. */
import type { LookUpRequest } from './coql.ts';

const KEYS = ['ids', 'oryIds', 'emails'] as const;

export function keysOf(request: LookUpRequest): string[] {
  return KEYS.flatMap((name) => request[name]);
}

/** The request with only the keys that pass. */
export function withKeys(request: LookUpRequest, passes: (key: string) => boolean): LookUpRequest {
  const { ids, oryIds, emails } = request;
  return {
    ...request,
    ids: ids.filter(passes),
    oryIds: oryIds.filter(passes),
    emails: emails.filter(passes),
  };
}

/** Two requests with half of the keys each. None for a single key. */
export function halvesOf(request: LookUpRequest): readonly LookUpRequest[] {
  const keys = [...new Set(keysOf(request))];
  if (keys.length <= 1) return [];
  const first = new Set(keys.slice(0, Math.ceil(keys.length / 2)));
  return [withKeys(request, (key) => first.has(key)), withKeys(request, (key) => !first.has(key))];
}

import type { OlderMapping } from '../../store/older-mapping.ts';

/** How to bring contacts to the current mapping. */
export const OLDER_MAPPING_STEP =
  '`ory-zoho backfill --dry-run` shows what would change, `ory-zoho backfill` applies it.';

/** `2 contacts were made by an older mapping`; undefined if there are none. */
export function olderMappingText({ contacts, skipped }: OlderMapping): string | undefined {
  const parts = [
    ...(contacts > 0 ? [`${plural(contacts, 'contact was', 'contacts were')} made`] : []),
    ...(skipped > 0 ? [`${plural(skipped, 'identity was', 'identities were')} left out`] : []),
  ];
  return parts.length === 0 ? undefined : `${parts.join(' and ')} by an older mapping`;
}

function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

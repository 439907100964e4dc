import type { Logger } from 'pino';
import { countOlderMapping } from '../../store/older-mapping.ts';
import { OLDER_MAPPING_STEP, olderMappingText } from '../parts/older-mapping-text.ts';
import type { Parts } from '../parts/open-parts.ts';

/** Logs that a start with another mapping does not change contacts by itself (rule 25). */
export async function tellOlderMapping(
  { store, mapping, mappingChanged }: Parts,
  log: Logger,
): Promise<void> {
  const counts = await countOlderMapping(store, mapping.hash);
  const text = olderMappingText(counts);
  if (text === undefined) return;
  const told = `${text}, and stay as they are until their identity changes. ${OLDER_MAPPING_STEP}`;
  if (mappingChanged)
    log.warn(
      { ...counts },
      `the mapping or the version of ory-zoho has changed since the last start: ${told}`,
    );
  else log.info({ ...counts }, told);
}

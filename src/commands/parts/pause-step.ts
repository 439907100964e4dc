import { isPauseReason, pauseBy } from '../../model/pause.ts';

/** What a person does about a pause. */
export function stepAgainst(reason: string): string | null {
  return isPauseReason(reason) ? pauseBy(reason).fix : null;
}

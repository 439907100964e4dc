import { expect, test } from 'vitest';
import { lookUpWait, WAITS_FOR_LOOK_UP } from '../../model/look-up-wait.ts';
import { reasonWords } from './reason-words.ts';

test.each(WAITS_FOR_LOOK_UP)('a forecast has words for a wait because of %s', (reason) => {
  expect(reasonWords(reason)).toBe(lookUpWait(reason)?.cause);
});

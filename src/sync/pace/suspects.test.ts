import { describe, expect, test } from 'vitest';
import { Suspects } from './suspects.ts';

describe('Rule 14: a strike needs a failed batch and a later answer to other rows', () => {
  test('if a batch fails and a later call is answered, each of its rows gets a strike', () => {
    const suspects = new Suspects();
    suspects.add(['a', 'b'], 100);
    expect(suspects.answered(['c'], 101, true)).toEqual(['a', 'b']);
  });

  test('an answer to a write that began before proves nothing', () => {
    const suspects = new Suspects();
    suspects.add(['a'], 100);
    expect(suspects.answered(['c'], 99, true)).toEqual([]);
    expect(suspects.answered(['d'], 101, true)).toEqual(['a']);
  });

  test('an answer that only refuses the values of others proves nothing', () => {
    const suspects = new Suspects();
    suspects.add(['a'], 100);
    expect(suspects.answered(['c'], 101, false)).toEqual([]);
    expect(suspects.answered(['d'], 102, true)).toEqual(['a']);
  });

  test('after ten failed batches in a row it looks like an outage, until a record is written', () => {
    const suspects = new Suspects();
    for (let at = 0; at < 9; at += 1) suspects.add([`row ${at}`], at);
    expect(suspects.looksLikeOutage).toBe(false);
    suspects.add(['row 9'], 9);
    suspects.answered(['a'], 10, false);
    expect(suspects.looksLikeOutage).toBe(true);
    suspects.answered(['a'], 11, true);
    expect(suspects.looksLikeOutage).toBe(false);
  });

  test('no rows are no failed batch', () => {
    const suspects = new Suspects();
    for (let at = 0; at < 9; at += 1) {
      suspects.add([`row ${at}`], at);
      suspects.add([], at);
    }
    expect(suspects.looksLikeOutage).toBe(false);
  });

  test('an outage in which no call is answered gives no strikes', () => {
    const suspects = new Suspects();
    for (let at = 0; at < 1_000; at += 1) suspects.add(['a', 'b'], at);
    expect(suspects.answered(['a', 'b'], 2_000, true)).toEqual([]);
  });

  test('a row that is answered itself is not a suspect any more', () => {
    const suspects = new Suspects();
    suspects.add(['a', 'b'], 100);
    expect(suspects.answered(['a'], 101, true)).toEqual(['b']);
    expect(suspects.answered(['c'], 102, true)).toEqual([]);
  });

  test('one failed batch is one strike, however many are answered afterwards', () => {
    const suspects = new Suspects();
    suspects.add(['a'], 100);
    expect(suspects.answered(['c'], 101, true)).toEqual(['a']);
    expect(suspects.answered(['d'], 102, true)).toEqual([]);
    suspects.add(['a'], 103);
    expect(suspects.answered(['e'], 104, true)).toEqual(['a']);
  });

  test('a probe gets the list of rows to take last (rule 13)', () => {
    const suspects = new Suspects();
    suspects.add(['a', 'b'], 100);
    suspects.answered(['a'], 101, true);
    suspects.add(['c'], 102);
    expect(suspects.identityIds).toEqual(['c']);
  });
});

test('suspects are limited: after a long outage the newest thousand stay', () => {
  const suspects = new Suspects();
  for (let batch = 0; batch < 30; batch += 1) {
    suspects.add(
      Array.from({ length: 100 }, (_, n) => `${batch}-${n}`),
      batch,
    );
  }
  expect(suspects.identityIds).toHaveLength(Suspects.AT_MOST);
  expect(suspects.identityIds.at(-1)).toBe('29-99');
});

describe('Rule 14: a record that Zoho refuses alone, without naming a cause in it', () => {
  test('is to blame if Zoho has answered a write of others since', () => {
    const suspects = new Suspects();
    expect(suspects.refused(['a'], 100)).toBe(false);
    expect(suspects.answered(['b'], 101, true)).toEqual(['a']);
    expect(suspects.refused(['a'], 102)).toBe(true);
  });

  test('may have been refused in a batch first', () => {
    const suspects = new Suspects();
    expect(suspects.refused(['a', 'b'], 100)).toBe(false);
    suspects.answered(['b'], 101, true);
    expect(suspects.refused(['a'], 102)).toBe(true);
  });

  test('stays to blame if it was refused once more beside the others', () => {
    const suspects = new Suspects();
    suspects.refused(['a', 'b', 'c'], 100);
    suspects.refused(['a', 'c'], 103);
    suspects.answered(['b'], 101, true);
    expect(suspects.refused(['a'], 104)).toBe(true);
  });

  test('is not to blame if Zoho has only refused the values of others', () => {
    const suspects = new Suspects();
    suspects.refused(['a'], 100);
    suspects.answered(['b'], 101, false);
    expect(suspects.refused(['a'], 102)).toBe(false);
  });

  test('is not to blame while Zoho answers no others', () => {
    const suspects = new Suspects();
    for (let at = 0; at < 100; at += 1) expect(suspects.refused(['a'], at)).toBe(false);
  });

  test('starts over once it was answered itself', () => {
    const suspects = new Suspects();
    suspects.refused(['a'], 100);
    suspects.answered(['b'], 101, true);
    suspects.answered(['a'], 102, true);
    expect(suspects.refused(['a'], 103)).toBe(false);
  });

  test('is forgotten if too many others were refused after it', () => {
    const suspects = new Suspects();
    for (let one = 0; one <= Suspects.AT_MOST; one += 1) suspects.refused([`row ${one}`], one);
    suspects.answered(['b'], 10_000, true);
    expect(suspects.refused(['row 0'], 10_001)).toBe(false);
    expect(suspects.refused(['row 500'], 10_001)).toBe(true);
  });
});

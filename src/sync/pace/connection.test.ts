import { describe, expect, test } from 'vitest';
import { Connection } from './connection.ts';

/** A connection whose call began at 0 and failed at 100, so it is paused until 1100. */
function paused(): Connection {
  const connection = new Connection();
  connection.failed('network', undefined, 0, 100);
  return connection;
}

describe('Rule 13: a failed call pauses the connection', () => {
  test('before the failure rounds may start, however many are running', () => {
    expect(new Connection().mayStart(0, false)).toBe('yes');
  });

  test('nothing starts while it is paused', () => {
    const connection = paused();
    expect(connection.state).toMatchObject({ phase: 'paused', reason: 'network', until: 1_100 });
    expect(connection.mayStart(1_099, false)).toBe('no');
  });

  test('then one probe', () => {
    expect(paused().mayStart(1_100, false)).toBe('probe');
  });

  test('no round starts beside the probe', () => {
    const connection = paused();
    connection.probe(1_100);
    expect(connection.state.phase).toBe('probing');
    expect(connection.mayStart(1_200, true)).toBe('no');
  });

  test('a probe that made no call is made again', () => {
    const connection = paused();
    connection.probe(1_100);
    expect(connection.mayStart(1_200, false)).toBe('probe');
  });

  test('after an answered probe, delivery runs at full speed again', () => {
    const connection = paused();
    connection.probe(1_100);
    expect(connection.answered(1_150, true)).toBe(true);
    expect(connection.mayStart(1_200, true)).toBe('yes');
  });

  test('a failed probe makes the pause longer, up to 10 s, and an answer resets it', () => {
    const connection = new Connection();
    const pauses = [0, 1, 2, 3, 4, 5].map((at) => connection.failed('network', undefined, at, at));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    connection.answered(6, true);
    expect(connection.failed('network', undefined, 7, 7)).toBe(1_000);
  });

  test('an answer that wrote nothing ends an outage, but not a refusal of the calls', () => {
    expect(paused().answered(150, false)).toBe(true);
    const refused = new Connection();
    refused.failed('request_refused', undefined, 0, 100);
    expect(refused.answered(150, false)).toBe(false);
    expect(refused.failed('request_refused', undefined, 151, 151)).toBe(2_000);
    expect(refused.answered(152, true)).toBe(true);
  });

  test('failures of calls that began before the pause belong to the same incident', () => {
    const connection = paused();
    expect(connection.failed('network', undefined, 50, 120)).toBeUndefined();
    expect(connection.state).toMatchObject({ until: 1_100 });
  });

  test('an answer to a call from before the pause does not end it', () => {
    const connection = paused();
    expect(connection.answered(50, true)).toBe(false);
    expect(connection.state.phase).toBe('paused');
  });

  test('the benefit of the doubt ends a pause, but the next failure still makes it longer', () => {
    const connection = paused();
    connection.probe(1_100);
    expect(connection.giveBenefitOfDoubt()).toBe(true);
    expect(connection.giveBenefitOfDoubt()).toBe(false);
    expect(connection.state.phase).toBe('open');
    expect(connection.isTested).toBe(true);
    expect(connection.mayStart(1_200, false)).toBe('probe');
    expect(connection.mayStart(1_200, true)).toBe('no');
    expect(connection.failed('network', undefined, 1_200, 1_300)).toBe(2_000);
  });

  test('a refused value ends an outage, but only a written record brings full speed', () => {
    const connection = paused();
    connection.answered(1_100, false);
    expect(connection.mayStart(1_200, false)).toBe('probe');
    connection.answered(1_200, true);
    expect(connection.isTested).toBe(false);
    expect(connection.mayStart(1_300, false)).toBe('yes');
  });

  test('a webhook may bring the probe forward, if Zoho refuses the calls and credits are left', () => {
    let used = 0;
    const connection = new Connection(() => used);
    connection.failed('request_refused', undefined, 0, 100);
    expect(connection.mayStart(200, false)).toBe('probe_for_webhook');
    expect(connection.mayStart(200, true)).toBe('no');
    used = 240;
    connection.probe(200);
    connection.failed('request_refused', undefined, 200, 300);
    expect(connection.mayStart(400, false)).toBe('no');
  });

  test('tries that cost much make the pause longer; rounds that did not fail do not', () => {
    let used = 0;
    const connection = new Connection(() => used);
    connection.failed('network', undefined, 0, 0);
    connection.probe(1_000);
    connection.giveBenefitOfDoubt();
    used += 5_000;
    connection.probe(2_000);
    used += 240;
    expect(connection.failed('network', undefined, 2_000, 2_000)).toBe(2_000);
    connection.probe(4_000);
    used += 20;
    expect(connection.failed('network', undefined, 4_000, 4_000)).toBeGreaterThan(5 * 60_000);
  });

  test('an answer without a pause ends nothing', () => {
    expect(new Connection().answered(0, true)).toBe(false);
  });
});

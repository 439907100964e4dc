import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VARIABLES } from '../../src/config/variables.ts';
import { DATA_CENTERS, resolveHosts } from '../../src/zoho/data-center.ts';

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

/** The data centers in a text such as "us, eu or sa" or "us eu sa". */
function listedIn(text: string): readonly string[] {
  const [list = ''] = /\bus(?:(?:, | or | )[a-z]{2}\b)+/.exec(text) ?? [];
  return list.split(/, | or | /);
}

/** The API hosts in a text such as "www.zohoapis.eu, .in or .sa". */
function hostsIn(text: string): readonly string[] {
  const [, list = ''] = /www\.zohoapis((?:(?:, | or )?(?:\.[a-z]+)+\b){2,})/.exec(text) ?? [];
  return list.split(/, | or /).map((ending) => `www.zohoapis${ending}`);
}

test('config names every data center', () => {
  expect(listedIn(VARIABLES.ZOHO_DATA_CENTER.meaning)).toEqual(DATA_CENTERS);
});

test('.env.example names every data center', () => {
  expect(listedIn(example)).toEqual(DATA_CENTERS);
});

test('.env.example names the API host of every data center', () => {
  const known = DATA_CENTERS.map((dataCenter) => new URL(resolveHosts({ dataCenter }).apiBaseUrl).host);
  const comment = example.replaceAll('\n# ', ' ');
  expect(['www.zohoapis.com', ...hostsIn(comment)]).toEqual(known);
});

test('a data center that is missing from a list is found', () => {
  expect(listedIn('The data center: us, eu or in.')).toEqual(['us', 'eu', 'in']);
  expect(hostsIn('use www.zohoapis.eu, .com.au or .sa. The')).toEqual([
    'www.zohoapis.eu',
    'www.zohoapis.com.au',
    'www.zohoapis.sa',
  ]);
});

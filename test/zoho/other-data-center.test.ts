import { expect, it } from 'vitest';
import { connected, people, upsertOf } from './connected.ts';

it.each(['v3', 'v8'])('the API host of another data center pauses all calls with API %s', async (version) => {
  const { zoho, control } = await connected({ otherDataCenter: true }, { version });
  const pause = { kind: 'not_done', pause: 'invalid_url' };
  expect(await zoho.upsert(upsertOf(people(1)))).toMatchObject(pause);
  expect(await zoho.upsert(upsertOf(people(2)))).toMatchObject(pause);
  expect(await zoho.fields('Contacts')).toMatchObject(pause);
  expect(await control.contacts()).toEqual([]);
});

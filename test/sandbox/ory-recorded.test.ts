import { describe, expect, test } from 'vitest';
import { sandboxFor } from './calls.ts';
import { Replay, recordedAnswers } from './ory-recorded.ts';
import { problemsOf } from './ory-specification.ts';

/** Recorded requests that the sandbox answers in another way, and why it stays so. */
const DIFFERENCES: Readonly<Record<string, string>> = {};

/** Answers of a real Kratos that Ory's official OpenAPI file does not allow, and why the file is wrong. */
const WRONG_IN_FILE: Readonly<Record<string, string>> = {
  'list, slash at the end':
    'the file has no such path; v25.4.0 lists there, v26.2.0 answers 404 as plain text',
  'post to one':
    "Go's router answers 405 to a wrong method, as plain text; the file says JSON for every error",
  'put to all': 'as above',
  'unknown path': "Go's router answers 404 as plain text",
  schemas: 'the file describes the public port; the admin port redirects there, with a page of HTML',
  'admin schemas': 'as above, and the file has no such path',
  health: 'v25.4.0 redirects to /admin/health/ready, which the file does not have',
};

const VERSIONS = ['v25.4.0', 'v26.2.0', 'master'];

describe.each(VERSIONS)('Kratos %s', (version) => {
  test('the sandbox answers the recorded requests with the recorded answers', async () => {
    const replay = new Replay(await sandboxFor({ oryVersion: version }));
    const answers = recordedAnswers(version);
    expect(answers).toHaveLength(79);
    for (const recorded of answers) {
      const { here } = await replay.send(recorded);
      const real = replay.recorded(recorded);
      if (recorded.about in DIFFERENCES) expect.soft(here, recorded.about).not.toEqual(real);
      else expect.soft(here, recorded.about).toEqual(real);
    }
  });
});

test("the answers fit Ory's official OpenAPI file, but for its mistakes", async () => {
  const wrong = new Set<string>();
  for (const version of VERSIONS) {
    const replay = new Replay(await sandboxFor({ oryVersion: version }));
    for (const recorded of recordedAnswers(version)) {
      const { raw } = await replay.send(recorded);
      const problems = raw.status === 0 ? [] : problemsOf(raw);
      if (problems.length > 0) wrong.add(recorded.about);
      if (!(recorded.about in WRONG_IN_FILE)) expect.soft(problems, recorded.about).toEqual([]);
    }
  }
  expect([...wrong].sort()).toEqual(Object.keys(WRONG_IN_FILE).sort());
});

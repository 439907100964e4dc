import { writeInPlace } from '../../config/write-in-place.ts';
import { ConfigurationError, OryZohoError, messageOf } from '../../errors.ts';
import { editKratosTexts } from '../../ory/actions/edit-kratos-text.ts';
import { templateBody } from '../../ory/actions/template.ts';
import { readKratosFile } from '../parts/kratos-file.ts';
import type { Target } from './target.ts';

/** A kratos.yml, or the files it is split into, in Kratos' order. Kratos reloads them when they change. */
export function kratosFiles(paths: readonly string[]): Target {
  return {
    name: paths.join(', '),
    plan: async (next) => {
      const before = await Promise.all(paths.map(readKratosFile));
      const { texts, edits } = editKratosTexts(before, next, templateBody());
      const changes = paths.flatMap((path, index) => {
        const [old = '', text = ''] = [before[index], texts[index]];
        return old === text ? [] : [{ path, old, text }];
      });
      return {
        edits,
        commit: async () => {
          for (const { path, old } of changes) await expectText(path, old);
          for (const { path, text } of changes) writeText(path, text);
          for (const { path, text } of changes) await expectText(path, text);
          return [];
        },
      };
    },
    close: async () => undefined,
  };
}

function writeText(path: string, text: string): void {
  try {
    writeInPlace(path, text);
  } catch (error) {
    throw new ConfigurationError('kratos_file', `${path} cannot be written: ${messageOf(error)}.`, {
      hint: 'Make it writable for this user, and make sure that the disk has free space.',
      cause: error,
    });
  }
}

async function expectText(path: string, text: string): Promise<void> {
  if ((await readKratosFile(path)) === text) return;
  throw new OryZohoError('changed_meanwhile', `${path} was changed by someone else in the meantime.`, {
    hint: 'Check the file, and run the same command again.',
  });
}

import { readFile, writeFile } from 'node:fs/promises';
import { ConfigurationError, OryZohoError, messageOf } from '../../errors.ts';
import { editKratosText } from '../../ory/actions/edit-kratos-text.ts';
import { templateBody } from '../../ory/actions/template.ts';
import type { Target } from './target.ts';

/** A kratos.yml. Kratos reads it again by itself when it changes. */
export function kratosFile(path: string): Target {
  return {
    name: path,
    plan: async (next) => {
      const before = await readText(path);
      const { text, edits } = editKratosText(before, next, templateBody());
      return {
        edits,
        commit: async () => {
          if ((await readText(path)) !== before) throw changedMeanwhile(path);
          await writeText(path, text);
          if ((await readText(path)) !== text) throw changedMeanwhile(path);
          return [];
        },
      };
    },
    close: async () => undefined,
  };
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ConfigurationError('kratos_file', `${path} cannot be read: ${messageOf(error)}.`, {
      hint: 'Give the path of your kratos.yml with --kratos.',
      cause: error,
    });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ConfigurationError('kratos_file', `${path} is no UTF-8 text.`, {
      hint: 'Save it as UTF-8.',
      cause: error,
    });
  }
}

/** In place, not by a new file beside it: a file that a container has mounted keeps its identity, owner and mode. */
async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: unknown) => {
    throw new ConfigurationError('kratos_file', `${path} cannot be written: ${messageOf(error)}.`, {
      hint: 'Make it writable for this user.',
      cause: error,
    });
  });
}

function changedMeanwhile(path: string): OryZohoError {
  return new OryZohoError('changed_meanwhile', `${path} was changed by somebody else meanwhile.`, {
    hint: 'Look at it, and run this again.',
  });
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { Settings } from '../../../config/sources.ts';
import { writeInPlace } from '../../../config/write-in-place.ts';
import { ConfigurationError, messageOf } from '../../../errors.ts';
import { compileMapping } from '../../../mapping/compile.ts';
import type { CompiledMapping } from '../../../mapping/compile.ts';
import { DEFAULT_MAPPING } from '../../../mapping/file/default-mapping.ts';
import { loadMapping } from '../../../mapping/file/mapping-file.ts';
import { looksFirst } from '../../../mapping/file/needs-coql.ts';
import type { AdoptPolicy } from '../../../model/policy.ts';
import { ADOPT_POLICIES } from '../../../model/policy.ts';
import { textOfBytes } from '../../../model/text-bytes.ts';
import type { Ask } from './ask.ts';

const MAPPING_FILE = 'ory-zoho.mapping.yaml';

/** The mapping that `serve` would use, and its file. */
export interface PresentMapping {
  readonly mapping: CompiledMapping;
  /** Absolute path; undefined for the built-in mapping. */
  readonly file: string | undefined;
}

/** @throws ConfigurationError for a wrong mapping */
export async function presentMapping(settings: Settings, folder = process.cwd()): Promise<PresentMapping> {
  const named = settings.get('ORY_ZOHO_MAPPING')?.value;
  const path = resolve(folder, named ?? MAPPING_FILE);
  const file = named !== undefined || existsSync(path) ? path : undefined;
  return { mapping: compileMapping(await loadMapping(file)), file };
}

const ADOPT_CHOICES: { readonly [Adopt in AdoptPolicy]: { name: string; description: string } } = {
  overwrite: { name: 'Overwrite', description: 'What Ory knows replaces what Zoho has.' },
  fill: { name: 'Fill', description: 'Only fields that are empty in Zoho are written.' },
};

/**
 * Asks what to write to an existing contact with the identity's email.
 * @param canLook whether contacts can be looked up before they are written
 */
export function askAdopt(ask: Ask, initial: AdoptPolicy, canLook: boolean): Promise<AdoptPolicy> {
  const possible = ADOPT_POLICIES.filter((adopt) => canLook || !looksFirst(adopt));
  return ask.choice<AdoptPolicy>({
    message: 'A contact with the same email is there already. What may be written to it?',
    flag: '--adopt overwrite or --adopt fill',
    choices: possible.map((value) => ({ value, ...ADOPT_CHOICES[value] })),
    initial: possible.includes(initial) ? initial : 'overwrite',
  });
}

/** The lines about existing contacts that `init` can write to the mapping. */
export interface Adoption {
  readonly adopt?: AdoptPolicy;
  readonly adopt_unverified?: boolean;
}

/** The absolute path of the mapping file that these lines are written to. */
export function adoptionFile(file: string | undefined, folder = process.cwd()): string {
  return file ?? resolve(folder, MAPPING_FILE);
}

/**
 * Writes these lines to the mapping file and keeps its comments and order. Without a file it writes the
 * built-in mapping with them.
 * @param file the present file
 * @param path the result of `adoptionFile`
 * @throws ConfigurationError if the file cannot be written
 */
export function writeAdoption(file: string | undefined, changes: Adoption, path: string): void {
  const lines = Object.entries(changes);
  try {
    const before = file === undefined ? DEFAULT_MAPPING : textOfBytes(readFileSync(file));
    if (before === undefined) throw new Error('it is not UTF-8 text');
    const document = parseDocument(before);
    for (const [key, value] of lines) document.set(key, value);
    const text = document.toString({ lineWidth: 0 });
    if (file === undefined) writeFileSync(path, text);
    else writeInPlace(path, text);
  } catch (cause) {
    const wanted = lines.map(([key, value]) => `"${key}: ${value}"`).join(' and ');
    throw new ConfigurationError('mapping_unwritable', `${path} cannot be written: ${messageOf(cause)}`, {
      hint: `Write ${wanted} into the mapping file yourself.`,
      cause,
    });
  }
}

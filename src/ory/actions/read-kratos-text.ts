import { parseAllDocuments, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { mergedConfig } from './merged-config.ts';
import { nestedConfig } from './nested-config.ts';

/**
 * The configuration in files that Kratos reads one after the other, each YAML or JSON, to look at.
 * @throws ConfigurationError naming line and column of what is wrong, or where the configuration is instead
 */
export function readKratosConfig(texts: readonly string[]): JsonObject {
  const configs = texts.map((text) =>
    isJson(text) ? configOf(JSON.parse(text)) : readKratosText(text).config,
  );
  return withSelfservice(mergedConfig(configs));
}

/**
 * A YAML text of a configuration, or of a part of one, to edit.
 * @throws ConfigurationError naming line and column of what is wrong, or where the configuration is instead
 */
export function readKratosText(text: string): { document: Document; config: JsonObject } {
  if (isJson(text)) {
    throw new ConfigurationError('kratos_json', 'The file is JSON; only YAML is edited.', {
      hint: 'Save it as YAML, or put the hooks in by hand: `ory-zoho actions print --format json-patch` shows each with its place, behind /services/identity/config.',
    });
  }
  // The library would write its warnings to stderr by itself.
  const options = { merge: true, keepSourceTokens: true, logLevel: 'error' } as const;
  const documents = parseAllDocuments(text, options);
  const [document = parseDocument(text, options), another] = documents;
  if (another !== undefined) {
    for (const one of documents) refuseNested(valueOf(one));
    throw notKratos('It is not one YAML document.');
  }
  const [error] = document.errors;
  if (error !== undefined) throw notKratos(`It is no valid YAML: ${error.message.split('\n')[0] ?? ''}`);
  return { document, config: configOf(valueOf(document)) };
}

/** @throws ConfigurationError where the flows that hooks belong to are in none of the files */
export function withSelfservice(config: JsonObject): JsonObject {
  if (isJsonObject(config['selfservice'])) return config;
  throw notKratos('It has no `selfservice`.');
}

function configOf(value: unknown): JsonObject {
  refuseNested(value);
  if (isJsonObject(value)) return value;
  // Only comments, as a part of a configuration may have.
  if (value === null) return {};
  throw notKratos('It has no `selfservice`.');
}

function refuseNested(value: unknown): void {
  const place = nestedConfig(value);
  if (place === undefined) return;
  throw new ConfigurationError(
    'kratos_nested',
    `The configuration of Kratos is not at the top of this file: ${place}.`,
    {
      hint: 'Put the hooks in there by hand, from `selfservice` on: `ory-zoho actions print` prints them. What is there, saved as a file of its own, can be checked: `ory-zoho doctor --kratos <file>`.',
    },
  );
}

/** Aliases that lead nowhere, or to a thousand copies, show only here. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw notKratos(`It is no valid YAML: ${messageOf(error)}`);
  }
}

function notKratos(why: string): ConfigurationError {
  return new ConfigurationError('kratos_file', `This is no configuration of Ory Kratos. ${why}`, {
    hint: 'Give the kratos.yml with --kratos; where it is split over several files, each with a --kratos of its own.',
  });
}

function isJson(text: string): boolean {
  try {
    return text.trimStart().startsWith('{') && isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

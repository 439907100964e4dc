import { parseAllDocuments, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import { mergedConfig } from './merged-config.ts';
import { nestedConfig } from './nested-config.ts';

/**
 * Reads the configuration from files that Kratos reads one after the other, each YAML or JSON. The result is
 * not for editing.
 * @throws ConfigurationError with the line and column of the error, or with the place of the configuration in
 * the file
 */
export function readKratosConfig(texts: readonly string[]): JsonObject {
  const configs = texts.map((text) =>
    isJson(text) ? configOf(JSON.parse(text)) : readKratosText(text).config,
  );
  return withSelfservice(mergedConfig(configs));
}

/**
 * Parses a YAML text of a configuration, or of a part of one, for editing.
 * @throws ConfigurationError with the line and column of the error, or with the place of the configuration in
 * the file
 */
export function readKratosText(text: string): { document: Document; config: JsonObject } {
  if (isJson(text)) {
    throw new ConfigurationError('kratos_json', 'The file is JSON. Only YAML can be edited.', {
      hint: 'Save it as YAML, or add the hooks by hand. `ory-zoho actions print --format json-patch` shows each hook and, after /services/identity/config, its place.',
    });
  }
  // Otherwise the library writes its warnings to stderr.
  const options = { merge: true, keepSourceTokens: true, logLevel: 'error' } as const;
  const documents = parseAllDocuments(text, options);
  const [document = parseDocument(text, options), another] = documents;
  if (another !== undefined) {
    for (const one of documents) refuseNested(valueOf(one));
    throw notKratos('It is not one YAML document.');
  }
  const [error] = document.errors;
  if (error !== undefined) throw notKratos(`It is not valid YAML: ${error.message.split('\n')[0] ?? ''}`);
  return { document, config: configOf(valueOf(document)) };
}

/** @throws ConfigurationError if none of the files has the flows that our hooks belong to */
export function withSelfservice(config: JsonObject): JsonObject {
  if (isJsonObject(config['selfservice'])) return config;
  throw notKratos('It has no `selfservice`.');
}

function configOf(value: unknown): JsonObject {
  refuseNested(value);
  if (isJsonObject(value)) return value;
  // The file has only comments, which is allowed for a part of a configuration.
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
      hint: 'Add the hooks there by hand, from `selfservice` on. `ory-zoho actions print` prints them. To check that configuration, save it as a separate file and run `ory-zoho doctor --kratos <file>`.',
    },
  );
}

/** Aliases without a target, or with a thousand copies, only show here. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw notKratos(`It is not valid YAML: ${messageOf(error)}`);
  }
}

function notKratos(why: string): ConfigurationError {
  return new ConfigurationError('kratos_file', `This is not a configuration of Ory Kratos. ${why}`, {
    hint: 'Give the kratos.yml with --kratos. If it is split into several files, give each of them with its own --kratos.',
  });
}

function isJson(text: string): boolean {
  try {
    return text.trimStart().startsWith('{') && isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

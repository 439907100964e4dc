import { readFile } from 'node:fs/promises';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { textOfBytes } from '../../model/text-bytes.ts';
import { DEFAULT_MAPPING } from './default-mapping.ts';
import { faultsOf } from './mapping-fault.ts';
import type { Fault } from './mapping-fault.ts';
import { mappingSchema } from './mapping-schema.ts';
import type { Mapping } from './mapping-schema.ts';

/** No real mapping has more aliases. Only a file that is meant to exhaust memory does. */
const MAX_ALIASES = 20;

/**
 * Reads the mapping file. Without a path, it gives the built-in mapping.
 * @throws ConfigurationError
 */
export async function loadMapping(path: string | undefined): Promise<Mapping> {
  if (path === undefined) return parseMapping(DEFAULT_MAPPING, 'the built-in mapping');
  let text: string | undefined;
  try {
    text = textOfBytes(await readFile(path));
  } catch (cause) {
    throw new ConfigurationError(
      'mapping_unreadable',
      `The mapping ${path} cannot be read: ${messageOf(cause)}`,
      {
        hint: 'Set ORY_ZOHO_MAPPING to a readable file, or unset it to use the built-in mapping.',
        cause,
      },
    );
  }
  if (text === undefined) throw badMapping(path, ['it is not UTF-8 text; save it as UTF-8']);
  return parseMapping(text, path);
}

/**
 * Parses a mapping in YAML.
 * @throws ConfigurationError with the file and, for each fault, line, column and key
 */
export function parseMapping(text: string, fileName: string): Mapping {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    throw badMapping(fileName, [`${position(lines, broken.pos[0])}: ${broken.message}`], broken);
  }

  const parsed = mappingSchema.safeParse(plainValue(document, fileName));
  const faults = parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(issue));
  // zod skips this one key of a record.
  if (document.hasIn(['fields', '__proto__'])) {
    faults.push({ path: ['fields', '__proto__'], at: 'key', message: 'is not an API name of a field' });
  }
  if (parsed.success && faults.length === 0) return parsed.data;
  throw badMapping(
    fileName,
    faults
      .map((fault) => ({ offset: offsetOf(document, fault), text: described(fault) }))
      .sort((left, right) => left.offset - right.offset)
      .map(({ offset, text: fault }) => `${position(lines, offset)}: ${fault}`),
  );
}

function plainValue(document: Document.Parsed, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw badMapping(fileName, [messageOf(cause)], cause);
  }
}

function described({ path, message }: Fault): string {
  return `${path.length === 0 ? 'the file' : path.join('.')} ${message}`;
}

/** The position of the key or value at this path. If it is missing, the position of the nearest parent. */
function offsetOf(document: Document.Parsed, { path, at }: Fault): number {
  if (at === 'key') {
    const map = document.getIn(path.slice(0, -1), true);
    const pair = isMap(map)
      ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
      : undefined;
    if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function position(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

function badMapping(fileName: string, faults: readonly string[], cause?: unknown): ConfigurationError {
  const message = `The mapping ${fileName} is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
  return new ConfigurationError('bad_mapping', message, {
    hint: 'Correct the file, then check it with: ory-zoho mapping check',
    cause,
  });
}

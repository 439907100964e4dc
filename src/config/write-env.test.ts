import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { quoted, writeEnv } from './write-env.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'ory-zoho-env-')), '.env');

/** Characters of secrets, and those that cause trouble in a .env file. */
const awkward = string({
  unit: oneof(
    constantFrom('#', '$', '{', '}', '\\', 'n', "'", '"', '`', '=', ' ', '\t', ':', '!', '%'),
    string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('a value in a .env file', () => {
  it('is read back by Node unchanged, with any content', () => {
    assert(
      property(awkward, (value) => {
        const text = quoted(value);
        if (text === undefined)
          return /[\r\n\0]/.test(value) || ["'", '`'].every((mark) => value.includes(mark));
        return parseEnv(`BEFORE=1\nVALUE=${text}\nAFTER='2'\n`).VALUE === value;
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['a#b', '$HOME', "it's", 'say "hi"', 'C:\\new', 'x\\', '${A}', ' blank ', '=', '', '\'"\\n'])(
    'such as %j',
    (value) => {
      const file = newFile();
      writeEnv(file, { VALUE: value, NEXT: 'n' });
      expect(parseEnv(readFileSync(file, 'utf8'))).toEqual({ VALUE: value, NEXT: 'n' });
    },
  );

  it('is refused if no quotes fit, and the error has only its name', () => {
    const file = newFile();
    const write = () => writeEnv(file, { ZOHO_CLIENT_SECRET: '\'secret"`' });
    expect(write).toThrow(ConfigurationError);
    expect(write).toThrow(/^The value of ZOHO_CLIENT_SECRET cannot be written to a \.env file\.$/);
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });
});

describe('the .env file', () => {
  it('is readable only for its owner, even if it was not before', () => {
    const file = newFile();
    writeFileSync(file, 'PORT=4000\n', { mode: 0o644 });
    writeEnv(file, { A: '1' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(file, '..'))).toEqual(['.env']);
  });

  it('keeps other variables and comments, and replaces ours in every notation', () => {
    const file = newFile();
    writeFileSync(
      file,
      '# mine\nPORT=4000 # the port\nexport A=old\nOTHER="two\nlines"\n A = older\nAB=kept\n',
    );
    writeEnv(file, { A: '1' });
    expect(readFileSync(file, 'utf8')).toBe(
      '# mine\nPORT=4000 # the port\nOTHER="two\nlines"\nAB=kept\nA=\'1\'\n',
    );
  });

  it('stays unchanged if one of our values spans several lines in it', () => {
    const file = newFile();
    const before = 'A="one\nB=two"\n';
    writeFileSync(file, before);
    expect(() => writeEnv(file, { A: '1' })).toThrow(ConfigurationError);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('is changed in place, so that a mount or a link of it sees the new values', () => {
    const file = newFile();
    writeFileSync(file, `# ${'long '.repeat(100)}\nA=old\n`);
    const other = join(file, '..', 'other');
    linkSync(file, other);
    writeEnv(file, { A: '1' });
    expect(parseEnv(readFileSync(other, 'utf8'))).toEqual({ A: '1' });
  });

  it('is created at the target of a dangling link', () => {
    const file = newFile();
    const target = join(file, '..', 'target');
    symlinkSync(target, file);
    writeEnv(file, { A: '1' });
    expect(readFileSync(target, 'utf8')).toBe("A='1'\n");
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('keeps its line breaks and loses a byte order mark, which other programs read as part of the first name', () => {
    const file = newFile();
    writeFileSync(file, '\uFEFFB=2\r\nA=1\r\n', 'utf16le');
    writeEnv(file, { A: '3' });
    expect(readFileSync(file, 'utf8')).toBe("B=2\r\nA='3'\r\n");
  });

  it('causes a ConfigurationError if it cannot be written', () => {
    expect(() => writeEnv(join(newFile(), 'nowhere', '.env'), { A: '1' })).toThrow(ConfigurationError);
  });
});

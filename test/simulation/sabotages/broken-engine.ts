import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokenSource } from './broken-source.ts';
import type { Sabotage } from './sabotage.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** What a story needs. Copied and not linked, so that it imports the broken engine. */
const COPIED = ['src', 'test/simulation', 'test/crash', 'test/fixtures/ory', 'package.json'];
const LINKED = ['node_modules', 'schema'];

/** A copy of the engine and of the simulation in a temporary folder. It has one sabotage at a time. */
export class BrokenEngine {
  readonly folder = mkdtempSync(join(tmpdir(), 'ory-zoho-sabotage-'));
  #broken: Sabotage | undefined;

  constructor() {
    for (const path of COPIED) cpSync(join(ROOT, path), join(this.folder, path), { recursive: true });
    for (const path of LINKED) symlinkSync(join(ROOT, path), join(this.folder, path));
  }

  break(sabotage: Sabotage): void {
    if (this.#broken !== undefined) {
      cpSync(join(ROOT, this.#broken.file), join(this.folder, this.#broken.file));
    }
    this.#broken = sabotage;
    const path = join(this.folder, sabotage.file);
    writeFileSync(path, brokenSource(sabotage, readFileSync(path, 'utf8')));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Builds dist/: compiles src/ and copies what is not TypeScript (migrations, specifications) beside it. With
 * --clean it starts from an empty folder, for packing. Otherwise it overwrites files in place, so that
 * running processes keep working.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

if (process.argv.includes('--clean')) rmSync(`${root}dist`, { recursive: true, force: true });
cpSync(`${root}src`, `${root}dist`, {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});
const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.build.json`], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage before it has piled up to many times what is in use: a backfill makes a lot of it and keeps little.
 * Takes effect at the next collection; unlike a limit it lets a page of huge identities pass. Measured in
 * docs/performance.md.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--semi-space-growth-factor=1');
}

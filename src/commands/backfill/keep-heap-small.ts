import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage early. A backfill makes a lot of garbage and keeps little, so the heap would grow
 * to many times what is in use. Takes effect at the next collection. Unlike a limit it still allows a page of
 * huge identities. Measured in docs/performance.md.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--semi-space-growth-factor=1');
}

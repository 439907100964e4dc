/** A process that opens the store at argv[2], puts something in, and reports the result as JSON. */
import { StoreError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { tokenCache } from '../../src/store/token.ts';

const unused = { sealed: null, expiresAt: 0, accepted: false, attempts: [], blockedUntil: 0, dead: null };
try {
  const store = await openStore(`sqlite:${process.argv[2]}`);
  await tokenCache(store).update('key', () => ({ ...unused, refreshing: null }));
  tell({ bornAt: store.bornAt, key: store.hmac('') });
  await store.close();
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
  tell({ kind: error.kind, exitCode: error.exitCode, message: error.message, hint: error.hint });
}

function tell(what: object): void {
  process.stdout.write(JSON.stringify(what));
}

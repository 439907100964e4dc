import { asideSuite } from './aside.suite.ts';
import { claimSuite } from './claim.suite.ts';
import { clockSuite } from './clock.suite.ts';
import { eraseSuite } from './erase.suite.ts';
import { failedSuite } from './failed.suite.ts';
import type { OpenStore } from './fixtures.ts';
import { keySuite } from './key.suite.ts';
import { leaseSuite } from './lease.suite.ts';
import { lookSuite } from './look.suite.ts';
import { mappingSuite } from './mapping.suite.ts';
import { mixUpSuite } from './mix-up.suite.ts';
import { oddTextSuite } from './odd-text.suite.ts';
import { ownRowSuite } from './own-row.suite.ts';
import { processSuite } from './process.suite.ts';
import { putSuite } from './put.suite.ts';
import { putDeleteSuite } from './put-delete.suite.ts';
import { scanSuite } from './scan.suite.ts';
import { settleSuite } from './settle.suite.ts';
import { uniqueWaitSuite } from './unique-wait.suite.ts';

/** The suites for every kind of store, by their files. */
export const SUITES: { readonly [file: string]: (open: OpenStore) => void } = {
  'put.suite.ts': putSuite,
  'put-delete.suite.ts': putDeleteSuite,
  'claim.suite.ts': claimSuite,
  'aside.suite.ts': asideSuite,
  'lease.suite.ts': leaseSuite,
  'key.suite.ts': keySuite,
  'settle.suite.ts': settleSuite,
  'unique-wait.suite.ts': uniqueWaitSuite,
  'erase.suite.ts': eraseSuite,
  'own-row.suite.ts': ownRowSuite,
  'process.suite.ts': processSuite,
  'clock.suite.ts': clockSuite,
  'scan.suite.ts': scanSuite,
  'failed.suite.ts': failedSuite,
  'look.suite.ts': lookSuite,
  'mapping.suite.ts': mappingSuite,
  'mix-up.suite.ts': mixUpSuite,
  'odd-text.suite.ts': oddTextSuite,
};

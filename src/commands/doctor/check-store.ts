import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/open.ts';
import { readServer } from '../../store/postgres-server.ts';
import { canWrite } from '../../store/probe.ts';
import { locateStore } from '../../store/engine/locate.ts';
import { diskOf } from './disk.ts';
import type { Disk } from './disk.ts';
import { fail, ok, thrown, warn } from '../parts/findings/finding.ts';
import type { Finding } from '../parts/findings/finding.ts';

/** With less space, the outbox could fill the disk during an outage of Zoho. */
const LITTLE_SPACE = 200 * 1024 * 1024;

export interface OpenedStore {
  readonly findings: readonly Finding[];
  /** The caller closes it. Undefined if it cannot be used. */
  readonly store: Store | undefined;
}

/** Opens the store as serve does (it is created if it is missing) and tries a write that changes nothing. */
export async function checkStore(databaseUrl: string): Promise<OpenedStore> {
  let store: Store;
  try {
    store = await openStore(databaseUrl);
  } catch (error) {
    return { findings: [thrown('store', error)], store: undefined };
  }
  if (!(await canWrite(store))) {
    await store.close();
    const fix = FIX_WRITING[store.database.engine];
    return { findings: [fail('store', 'it can be read, but not written', fix)], store: undefined };
  }
  const place = locateStore(databaseUrl);
  const findings = place.engine === 'sqlite' ? fileFindings(place.path) : await serverFindings(store);
  return { findings, store };
}

const FIX_WRITING = {
  sqlite: 'Free disk space, and give this user write access to the file and its folder.',
  postgres:
    'Set DATABASE_URL to the primary server, and make sure that its disk has free space and its role may write.',
};

async function serverFindings(store: Store): Promise<Finding[]> {
  const { version, durable, encrypted, elsewhere } = await readServer(store);
  const problems = [];
  if (!durable) {
    const detail = 'its fsync is off: waiting deliveries are lost if its machine crashes';
    problems.push(warn('store', detail, 'Turn fsync on in the configuration of the Postgres server.'));
  }
  if (elsewhere && !encrypted) {
    const detail = 'names and emails travel to it unencrypted';
    problems.push(warn('store', detail, 'Add sslmode=verify-full to DATABASE_URL.'));
  }
  return problems.length > 0 ? problems : [ok('store', `PostgreSQL ${version}; it takes writes`)];
}

function fileFindings(path: string): Finding[] {
  const disk = diskOf(path);
  const problems = [...placeProblem(disk), ...spaceProblem(disk)];
  return problems.length > 0 ? problems : [ok('store', `${path}, ${megabytes(disk.freeBytes)} free`)];
}

function placeProblem({ kind }: Disk): Finding[] {
  switch (kind) {
    case 'network':
      return [
        fail(
          'store',
          'it is on a network disk, where SQLite loses data',
          'Point DATABASE_URL to a disk of this machine.',
        ),
      ];
    case 'memory':
      return [
        warn(
          'store',
          'it is on a disk in memory: waiting deliveries are lost at a restart',
          'Point DATABASE_URL to a real disk.',
        ),
      ];
    case 'container':
      return [
        warn(
          'store',
          "it is in a container's own layer: waiting deliveries are lost with the container",
          'Mount a volume, and point DATABASE_URL to a file on it.',
        ),
      ];
    case 'local':
    case undefined:
      return [];
  }
}

function spaceProblem({ freeBytes }: Disk): Finding[] {
  if (freeBytes >= LITTLE_SPACE) return [];
  const detail = `its disk has only ${megabytes(freeBytes)} left`;
  return [warn('store', detail, 'Free some space, because the outbox grows during an outage of Zoho.')];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024).toLocaleString('en')} MB`;
}

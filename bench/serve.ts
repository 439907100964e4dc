import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { end, newFolder, startCli } from './processes.ts';
import type { BenchSandbox } from './sandbox.ts';

export const SECRET = 'the-webhook-secret-of-the-bench';
export const WEBHOOK_PATH = '/zoho/sync-contact?event=registration';

const line = z.object({ msg: z.string(), port: z.number().optional() });

/** The built `ory-zoho serve` as a process, with SQLite in its own folder. */
export interface BenchServe {
  readonly port: number;
  /** Another serve can continue with the same store. */
  readonly folder: string;
  /** Resolves with the next log line that has this message. */
  logged(message: string): Promise<void>;
  /** Stops it, so that it takes no CPU from the handler that is being measured. */
  halt(): void;
  goOn(): void;
  end(): Promise<void>;
}

export async function startServe(sandbox: BenchSandbox, folder = newFolder()): Promise<BenchServe> {
  const child = startCli(['serve'], folder, {
    ...sandbox.variables,
    ORY_WEBHOOK_SECRET: SECRET,
    DATABASE_URL: `sqlite:${join(folder, 'store.db')}`,
    PORT: '0',
    HOST: '127.0.0.1',
  });
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  child.stdout.resume();
  const lines = createInterface({ input: child.stderr });
  const next = (message: string) =>
    new Promise<z.infer<typeof line>>((resolve, reject) => {
      const closed = () => reject(new Error(`serve ended before it logged "${message}"`));
      const read = (text: string) => {
        const parsed = text.startsWith('{') ? line.safeParse(JSON.parse(text)) : undefined;
        if (parsed?.data?.msg !== message) return;
        lines.off('line', read).off('close', closed);
        resolve(parsed.data);
      };
      lines.on('line', read).once('close', closed);
    });
  const { port = 0 } = await next('listening');
  return {
    port,
    folder,
    logged: async (message) => {
      await next(message);
    },
    halt: () => child.kill('SIGSTOP'),
    goOn: () => child.kill('SIGCONT'),
    end: () => end(child, 'SIGTERM'),
  };
}

import { end, messageFrom, startScript } from './processes.ts';
import { loadedSchema } from './load-message.ts';
import type { Load, Loaded } from './load-message.ts';

/** The process that makes the load. It counts the sign-ups sent, so that no two are for the same identity. */
export interface Generator {
  send(load: Omit<Load, 'first'>): Promise<Loaded>;
  end(): Promise<void>;
}

export function startGenerator(): Generator {
  const child = startScript('load.ts');
  let sent = 0;
  return {
    send: async (load) => {
      const first = sent;
      sent += load.requests;
      child.send({ ...load, first } satisfies Load);
      return loadedSchema.parse(await messageFrom(child));
    },
    end: () => end(child),
  };
}

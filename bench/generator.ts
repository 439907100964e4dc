import { end, messageFrom, startScript } from './processes.ts';
import { loadedSchema } from './load-message.ts';
import type { Load, Loaded } from './load-message.ts';

/** The process that makes the load, and the count of sign-ups it has sent: no two are of one identity. */
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

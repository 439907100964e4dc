/** What happens to the serves, the network, the store, Zoho and Ory. */
import type { Simulation } from './simulation.ts';
import type { Happening } from './story.ts';

type OfMachines = Extract<
  Happening,
  {
    is:
      | 'dies'
      | 'restarts'
      | 'stands_still'
      | 'clock_of_store_jumps'
      | 'clock_of_ory_jumps'
      | 'network_fails'
      | 'store_fails'
      | 'remote_fails'
      | 'zoho_is_down'
      | 'tokens_expire';
  }
>;

/** How long a serve that has died is missing before its supervisor starts it again. */
const STARTED_AGAIN_MS = 800;

export async function happensToMachines(happening: OfMachines, simulation: Simulation): Promise<boolean> {
  const { serves, timeline, remote } = simulation;
  switch (happening.is) {
    case 'dies': {
      const serve = serves[happening.serve];
      if (serve === undefined) return false;
      serve.kill(happening.afterEffects);
      timeline.after(STARTED_AGAIN_MS, () => {
        serve.kill();
        simulation.start(happening.serve);
      });
      return true;
    }
    case 'restarts': {
      const serve = serves[happening.serve];
      if (serve === undefined) return false;
      void serve.stop().then(() => simulation.start(happening.serve, happening.clockIsOffBy));
      return true;
    }
    case 'stands_still':
      serves[happening.serve]?.standStill(happening.ms);
      return serves[happening.serve] !== undefined;
    case 'clock_of_store_jumps':
      simulation.storeTime.clockIsOffBy += happening.ms;
      simulation.writes.clockOfStoreJumps(timeline.now);
      return true;
    case 'clock_of_ory_jumps':
      simulation.remoteTime.clockIsOffBy += happening.ms;
      return true;
    case 'network_fails':
      serves[happening.serve]?.networkFaults.push({ fault: happening.fault, skip: happening.skip });
      return serves[happening.serve] !== undefined;
    case 'store_fails':
      serves[happening.serve]?.storeFaults.push({ fault: happening.fault, skip: happening.skip });
      return serves[happening.serve] !== undefined;
    case 'remote_fails':
      remote.faults.add({
        on: { operation: happening.operation },
        after: happening.skip,
        effect: happening.effect,
      });
      return true;
    case 'zoho_is_down':
      remote.down = 'answer';
      timeline.after(happening.ms, () => (remote.down = undefined));
      return true;
    case 'tokens_expire':
      remote.advanceClock(0);
      await simulation.control.revokeAccessTokens();
      return true;
  }
}

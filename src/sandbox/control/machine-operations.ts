import { z } from 'zod';
import { faultSchema } from '../call/faults.ts';
import type { SandboxWorld } from '../world.ts';
import type { ControlOperation } from './control-operation.ts';
import { operation } from './control-operation.ts';
import { operationSchema, settingsChangeSchema } from './control.ts';

const none = z.tuple([]);

/** Settings, clock, tokens, faults, and the request log. */
export function machineOperations(world: SandboxWorld): Record<string, ControlOperation> {
  return {
    ...callOperations(world),
    ...settingOperations(world),
    ...tokenOperations(world),
    ...faultOperations(world),
  };
}

function callOperations(world: SandboxWorld): Record<string, ControlOperation> {
  const { accounts, faults, limits, log, violations } = world;
  return {
    requests: operation(z.tuple([operationSchema.optional()]), (name) => log.list(name)),
    counters: operation(none, () => ({
      calls: log.calls(),
      credits_used: limits.creditsUsed,
      credits: limits.credits,
      peak_concurrency: limits.peak,
      peak_big_concurrency: limits.peakBig,
      refused: { ...limits.refused },
      tokens_issued: accounts.issued,
      tokens_throttled: accounts.throttled,
      contacts: Object.fromEntries([...world.stores].map(([module, store]) => [module, store.size])),
    })),
    violations: operation(none, () => [...violations]),
    reset: operation(none, () => {
      for (const store of world.stores.values()) store.clear();
      world.identities.reset(world.identities.generated);
      world.oryRateLimit.reset();
      world.down = undefined;
      faults.clear();
      log.clear();
      limits.reset();
      violations.length = 0;
      return null;
    }),
  };
}

function settingOperations(world: SandboxWorld): Record<string, ControlOperation> {
  return {
    configure: operation(z.tuple([settingsChangeSchema]), (change) => ({
      ...Object.assign(world.settings, change),
    })),
    setDown: operation(z.tuple([z.union([z.boolean(), z.literal('reset')])]), (down) => {
      world.down = down === 'reset' ? 'reset' : down ? 'answer' : undefined;
      return null;
    }),
    advanceClock: operation(z.tuple([z.number()]), (ms) => world.advanceClock(ms)),
  };
}

function tokenOperations({ accounts, clock }: SandboxWorld): Record<string, ControlOperation> {
  const scopes = z.tuple([z.array(z.string()).optional()]);
  return {
    revokeAccessTokens: operation(none, () => {
      accounts.revokeAccessTokens();
      return null;
    }),
    revokeRefreshToken: operation(z.tuple([z.string()]), (token) => accounts.revoke(token)),
    issueRefreshToken: operation(scopes, (given) =>
      accounts.newRefreshToken(given === undefined ? undefined : () => given),
    ),
    issueCode: operation(scopes, (given) =>
      accounts.newCode(clock(), given === undefined ? {} : { scopes: given }),
    ),
  };
}

function faultOperations({ faults }: SandboxWorld): Record<string, ControlOperation> {
  const faultId = z.tuple([z.string()]);
  return {
    addFault: operation(z.tuple([faultSchema]), (fault) => faults.add(fault)),
    removeFault: operation(faultId, (id) => faults.remove(id)),
    faults: operation(none, () => faults.list()),
    release: operation(faultId, (id) => faults.release(id)),
    cut: operation(faultId, (id) => faults.release(id, 'closing')),
    waitForHeld: operation(faultId, async (id) => {
      await faults.waitForHeld(id);
      return null;
    }),
  };
}

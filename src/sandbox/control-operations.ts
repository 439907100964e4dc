import { contactOperations } from './control-contacts.ts';
import { identityOperations } from './control-identities.ts';
import { machineOperations } from './control-machine.ts';
import type { ControlOperation } from './control-operation.ts';
import type { World } from './world.ts';

/** Everything `control` can do, by name; one table for calls in the process and over HTTP. */
export function controlOperations(world: World): Readonly<Record<string, ControlOperation>> {
  return { ...contactOperations(world), ...identityOperations(world), ...machineOperations(world) };
}

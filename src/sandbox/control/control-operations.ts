import { contactOperations } from './contact-operations.ts';
import { identityOperations } from './identity-operations.ts';
import { machineOperations } from './machine-operations.ts';
import type { ControlOperation } from './control-operation.ts';
import type { World } from '../world.ts';

/** Everything `control` can do, by name; one table for calls in the process and over HTTP. */
export function controlOperations(world: World): Readonly<Record<string, ControlOperation>> {
  return { ...contactOperations(world), ...identityOperations(world), ...machineOperations(world) };
}

import { contactOperations } from './contact-operations.ts';
import { identityOperations } from './identity-operations.ts';
import { machineOperations } from './machine-operations.ts';
import type { ControlOperation } from './control-operation.ts';
import type { SandboxWorld } from '../world.ts';

/** All control operations by name. Calls in the process and over HTTP use the same table. */
export function controlOperations(world: SandboxWorld): Readonly<Record<string, ControlOperation>> {
  return { ...contactOperations(world), ...identityOperations(world), ...machineOperations(world) };
}

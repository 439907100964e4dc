import type { Settings } from '../../config/sources.ts';
import { checkBinding } from './check-binding.ts';
import { checkConfiguration } from './check-configuration.ts';
import type { Configured } from './check-configuration.ts';
import { CHECKS, notChecked } from '../parts/findings/finding.ts';
import type { CheckName, Finding } from '../parts/findings/finding.ts';
import { checkEmptyBodies } from './check-empty-bodies.ts';
import { checkHooks } from './check-hooks.ts';
import { checkMappingFile, checkOlderMapping } from './check-mapping.ts';
import { checkNode } from './check-node.ts';
import { checkOry } from './check-ory.ts';
import { checkOutbox } from './check-outbox.ts';
import { checkReads } from './check-reads.ts';
import { checkPublicUrl } from './check-public-url.ts';
import { checkStore } from './check-store.ts';
import { checkUnverified } from './check-unverified.ts';
import { checkZoho, ZOHO_CHECKS } from './check-zoho.ts';

/** Time limit for checks over the network, in ms. */
const NETWORK_MS = 15_000;

/**
 * Runs all checks; those over the network run in parallel.
 * @param kratosFiles files of a self-hosted Kratos whose hooks are checked
 */
export async function examine(kratosFiles: readonly string[]): Promise<Finding[]> {
  const configured = await checkConfiguration(kratosFiles.length > 0);
  const { settings } = configured;
  const signal = AbortSignal.timeout(NETWORK_MS);
  const found = await Promise.all([
    checkMachineAndZoho(configured, signal),
    configured.empty ? because('configuration', ['ory', 'public_url']) : checkServices(settings, signal),
    checkHooks(kratosFiles, settings, signal),
  ]);
  return [checkNode(), ...configured.findings, ...found.flat()].sort(
    (left, right) => CHECKS.indexOf(left.check) - CHECKS.indexOf(right.check),
  );
}

/** Checks of everything on the network except Zoho. */
async function checkServices(settings: Settings, signal: AbortSignal): Promise<Finding[]> {
  const found = await Promise.all([checkOry(settings, signal), checkPublicUrl(settings, signal)]);
  return found.flat();
}

/** Checks of mapping, store and Zoho. Zoho comes last because its shared access token is in the store. */
async function checkMachineAndZoho({ complete }: Configured, signal: AbortSignal): Promise<Finding[]> {
  if (complete === undefined) return because('configuration', ['store', 'mapping', ...STORE_CHECKS]);
  const { config, hosts } = complete;
  const { finding, mapping, hash } = await checkMappingFile(config);
  const { findings, store } = await checkStore(config.databaseUrl);
  if (store === undefined) return [finding, ...findings, ...because('store', STORE_CHECKS)];
  try {
    const ory = await Promise.all([checkReads(store), checkBinding(config, store, signal)]);
    const outbox = [...ory.flat(), ...(await checkEmptyBodies(store)), ...(await checkOutbox(store))];
    const older = await checkOlderMapping(store, hash);
    const unverified = mapping === undefined ? [] : await checkUnverified(config, mapping);
    const zoho =
      mapping === undefined
        ? because('mapping', ZOHO_CHECKS)
        : await checkZoho({ config, hosts, mapping, store }, signal);
    return [finding, ...older, ...unverified, ...findings, ...outbox, ...zoho];
  } finally {
    await store.close();
  }
}

const STORE_CHECKS: readonly CheckName[] = [...ZOHO_CHECKS, 'outbox', 'failed'];

function because(reason: CheckName, checks: readonly CheckName[]): Finding[] {
  return checks.map((check) => notChecked(check, reason));
}

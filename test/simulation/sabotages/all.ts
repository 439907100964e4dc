import { OF_CLAIM_AND_SETTLE } from './claim-and-settle.ts';
import { OF_DECIDE } from './decide.ts';
import { OF_INTAKE } from './intake.ts';
import type { Sabotage } from './sabotage.ts';
import { OF_SCANS } from './scans.ts';
import { OF_ZOHO } from './zoho.ts';

/** All sabotages, by theme. */
export const SABOTAGES: readonly Sabotage[] = [
  ...OF_INTAKE,
  ...OF_CLAIM_AND_SETTLE,
  ...OF_ZOHO,
  ...OF_DECIDE,
  ...OF_SCANS,
];

export const named = (name: string): Sabotage => {
  const sabotage = SABOTAGES.find((one) => one.name === name);
  if (sabotage === undefined) throw new Error(`No sabotage is called "${name}".`);
  return sabotage;
};

import type { ExitCode } from '../../errors.ts';
import { examine } from './examine.ts';
import { findingsSummary, findingsText } from '../parts/findings/findings-text.ts';
import { say } from '../terminal/print.ts';

export interface DoctorOptions {
  readonly json?: boolean;
  /** A kratos.yml whose hooks are looked at, or the files it is split over. */
  readonly kratos?: readonly string[];
}

/** `ory-zoho doctor`: checks the whole chain; each finding with what mends it. @returns 1 when a check fails */
export async function doctor({ json = false, kratos = [] }: DoctorOptions): Promise<ExitCode> {
  const findings = await examine(kratos);
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : findingsText(findings, CHECK_WIDTH));
  if (!json) say(findingsSummary(findings));
  return findings.some(({ state }) => state === 'fail') ? 1 : 0;
}

/** Of the longest name, whichever checks there are. */
const CHECK_WIDTH = 'configuration'.length;

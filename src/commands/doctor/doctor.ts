import type { ExitCode } from '../../errors.ts';
import { examine } from './examine.ts';
import { findingsSummary, findingsText } from '../parts/findings/findings-text.ts';
import { say } from '../terminal/print.ts';

export interface DoctorOptions {
  readonly json?: boolean;
  /** A kratos.yml whose hooks are checked, or the files it is split into. */
  readonly kratos?: readonly string[];
}

/**
 * `ory-zoho doctor`: checks everything from Ory to Zoho; each finding has its fix.
 * @returns 1 if a check fails
 */
export async function doctor({ json = false, kratos = [] }: DoctorOptions): Promise<ExitCode> {
  const findings = await examine(kratos);
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : findingsText(findings, CHECK_WIDTH));
  if (!json) say(findingsSummary(findings));
  return findings.some(({ state }) => state === 'fail') ? 1 : 0;
}

/** The width of the longest name, whether or not that check is shown. */
const CHECK_WIDTH = 'configuration'.length;

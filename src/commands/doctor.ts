import { styleText } from 'node:util';
import type { ExitCode } from '../errors.ts';
import { examine } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';
import { say } from './terminal/print.ts';

export interface DoctorOptions {
  readonly json?: boolean;
  /** A kratos.yml whose hooks are looked at, or the files it is split over. */
  readonly kratos?: readonly string[];
}

/** `ory-zoho doctor`: checks the whole chain; each finding with what mends it. @returns 1 when a check fails */
export async function doctor({ json = false, kratos = [] }: DoctorOptions): Promise<ExitCode> {
  const findings = await examine(kratos);
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : asText(findings));
  if (!json) say(summary(findings));
  return findings.some(({ state }) => state === 'fail') ? 1 : 0;
}

const CHECK_WIDTH = 'configuration'.length;
const INDENT = ' '.repeat('warn'.length + CHECK_WIDTH + 4);

const COLOUR = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function asText(findings: readonly Finding[]): string {
  const styled = (style: Parameters<typeof styleText>[0], text: string) =>
    styleText(style, text, { stream: process.stdout });
  return findings
    .map(({ check, state, detail, fix }) => {
      const word = styled(COLOUR[state], state.padEnd(4));
      const line = `${word}  ${check.padEnd(CHECK_WIDTH)}  ${indented(detail)}\n`;
      return fix === null ? line : `${line}${INDENT}${styled('dim', `-> ${indented(fix)}`)}\n`;
    })
    .join('');
}

/** A detail may have several lines: faults of a mapping, missing variables. */
function indented(text: string): string {
  return text.replaceAll('\n', `\n${INDENT}`);
}

function summary(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed + warned === 0) return 'Everything is fine.';
  return `${failed} failed, ${warned} ${warned === 1 ? 'warning' : 'warnings'}.`;
}

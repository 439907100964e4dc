import { styleText } from 'node:util';
import type { Finding } from './finding.ts';

const COLOUR = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** The findings with their fixes, for stdout. A detail may have several lines. */
export function findingsText(
  findings: readonly Finding[],
  checkWidth = Math.max(...findings.map(({ check }) => check.length)),
): string {
  const styled = (style: Parameters<typeof styleText>[0], text: string) =>
    styleText(style, text, { stream: process.stdout });
  const indent = ' '.repeat('warn'.length + checkWidth + 4);
  const indented = (text: string) => text.replaceAll('\n', `\n${indent}`);
  return findings
    .map(({ check, state, detail, fix }) => {
      const word = styled(COLOUR[state], state.padEnd(4));
      const line = `${word}  ${check.padEnd(checkWidth)}  ${indented(detail)}\n`;
      return fix === null ? line : `${line}${indent}${styled('dim', `-> ${indented(fix)}`)}\n`;
    })
    .join('');
}

/** How many failed and how many are warnings, for stderr. */
export function findingsSummary(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed + warned === 0) return 'Everything is fine.';
  return `${failed} failed, ${warned} ${warned === 1 ? 'warning' : 'warnings'}.`;
}

type Tone = 'ok' | 'warn' | 'bad';

/** One line of `status`, with the next step if there is one. */
export interface StatusLine {
  readonly name: string;
  readonly text: string;
  readonly tone: Tone;
  readonly step?: string | undefined;
}

export function line(name: string, text: string, tone: Tone = 'ok', step?: string): StatusLine {
  return { name, text, tone, step };
}

/** `2 created, 1 failed` */
export function outcomesText(outcomes: { readonly [name: string]: number }): string {
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0);
  if (parts.length === 0) return 'nothing';
  return parts.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
}

export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

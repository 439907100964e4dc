import { pino } from 'pino';
import type { Logger, LoggerOptions } from 'pino';
import { LogLines } from './log-lines.ts';
import { RepeatedLines, kindOfLine } from './repeated-lines.ts';
import type { LineFields } from './repeated-lines.ts';

const { info: INFO = 30, warn: WARN = 40 } = pino.levels.values;

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

export interface Log {
  readonly log: Logger;
  /** How many lines could not be written so far. */
  readonly linesLost: () => number;
}

/**
 * Writes log lines to stderr: JSON, or readable text on a terminal. Times are UTC. A line that cannot be
 * written is lost and counted, because the log must not stop the program.
 */
export async function openLogger(level: string): Promise<Log> {
  const readable = await formatOf(process.stderr.isTTY);
  const lines = new LogLines(process.stderr.fd, (lost, why) =>
    log.warn({ lines_lost: lost }, `log lines were lost, because they could not be written: ${why}`),
  );
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      hooks: { logMethod: withoutFloods() },
    },
    { write: (line) => lines.write(readable(line)) },
  );
  return { log, linesLost: () => lines.lost };
}

/**
 * Repeated warnings and errors become one line with a count. After any other news, except a delivered batch,
 * they count as new again.
 */
function withoutFloods(): LogMethod {
  const repeats = new RepeatedLines();
  process.once('exit', () => repeats.startAnew());
  return function (args, method, level) {
    const [first, second] = args;
    const fields: LineFields = typeof first === 'object' && first !== null ? { ...first } : {};
    const message = String(typeof first === 'string' ? first : second);
    if (level < WARN) {
      if (level === INFO && message !== 'batch') repeats.startAnew();
      method.apply(this, args);
      return;
    }
    repeats.take(kindOfLine(level, fields, message), (more) =>
      method.apply(this, [{ ...fields, ...more }, message]),
    );
  };
}

async function formatOf(terminal: boolean): Promise<(line: string) => string> {
  if (!terminal) return (line) => line;
  const { prettyFactory } = await import('pino-pretty');
  const colorize = process.env['NO_COLOR'] === undefined;
  return prettyFactory({ colorize, translateTime: 'UTC:HH:MM:ss.l' });
}

import { pino } from 'pino';
import type { Logger } from 'pino';
import { LogLines } from './log-lines.ts';

export interface Log {
  readonly log: Logger;
  /** How many lines could not be written so far. */
  readonly linesLost: () => number;
}

/**
 * Log lines on stderr: JSON, or readable on a terminal. Times are UTC. A line that cannot be written is lost and counted:
 * the log is no reason to stop.
 */
export async function openLogger(level: string): Promise<Log> {
  const readable = await formatOf(process.stderr.isTTY);
  const lines = new LogLines(process.stderr.fd, (lost, why) =>
    log.warn({ lines_lost: lost }, `log lines were lost, since they could not be written: ${why}`),
  );
  const log = pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    { write: (line) => lines.write(readable(line)) },
  );
  return { log, linesLost: () => lines.lost };
}

async function formatOf(terminal: boolean): Promise<(line: string) => string> {
  if (!terminal) return (line) => line;
  const { prettyFactory } = await import('pino-pretty');
  const colorize = process.env['NO_COLOR'] === undefined;
  return prettyFactory({ colorize, translateTime: 'UTC:HH:MM:ss.l' });
}

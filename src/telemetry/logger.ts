import { pino } from 'pino';
import type { Logger } from 'pino';

/** Log lines on stderr: JSON, or readable on a terminal. Times are UTC. */
export async function openLogger(level: string): Promise<Logger> {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ fd: 2, sync: true }));
  const { default: pretty } = await import('pino-pretty');
  const colorize = process.env['NO_COLOR'] === undefined;
  return pino(options, pretty({ destination: 2, sync: true, colorize, translateTime: 'UTC:HH:MM:ss.l' }));
}

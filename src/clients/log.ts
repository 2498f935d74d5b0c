import pino, { type Logger } from 'pino';

/**
 * Structured logs on standard error, one JSON object a line. What is logged is named field by field at each call: ids, counts
 * and durations, never a conversation, an error of somebody else's or a whole request.
 */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
}

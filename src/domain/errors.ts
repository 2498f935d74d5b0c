/** A failure that callers tell apart. The message is one clear sentence with what to do; it never holds conversation text. */
export abstract class LongwatchError extends Error {
  abstract readonly code: string;
  /** Whether the same call can succeed later without anybody changing anything. */
  readonly retry: 'later' | 'never' = 'never';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The configuration file or environment is wrong. */
export class ConfigError extends LongwatchError {
  readonly code = 'config';
}

/** A rubric or frame file is wrong. */
export class RubricError extends LongwatchError {
  readonly code = 'rubric';
}

/** The database cannot be used as it is: locked, read-only, newer, unreachable. */
export class StorageError extends LongwatchError {
  readonly code = 'storage';
}

/** Keys are missing, or do not open what was stored with others. */
export class KeyError extends LongwatchError {
  readonly code = 'key';
}

/** An input file cannot be read. */
export class InputError extends LongwatchError {
  readonly code = 'input';
}

/** The clock stands before work already done. */
export class ClockError extends LongwatchError {
  readonly code = 'clock';
}

/** A request that the current state does not allow, such as executing a rollback nobody approved. */
export class StateError extends LongwatchError {
  readonly code = 'state';
}

/** A webhook was not taken. */
export class DeliveryError extends LongwatchError {
  readonly code = 'delivery';
  override readonly retry = 'later';
}

/** A text could not be redacted, so nothing of it was kept. Carries no text and no cause, which might. */
export class RedactionError extends LongwatchError {
  readonly code = 'redaction';
}

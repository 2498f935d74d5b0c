import { KeyError } from './errors.ts';

/** A key kept outside the database, which wraps the keys inside it and names itself by its fingerprint. */
export type MasterKey = {
  readonly fingerprint: string;
  readonly key: Buffer;
  /** Derived from it, so that wrapping and deriving never use the same key. */
  readonly wrapping: Buffer;
};

/** Port. Where master keys are kept: a file, or a command that asks a key management service. */
export interface KeySource {
  /** As errors call it; never holds key material. */
  readonly name: string;
  /** Every master key, the current one first. Reads anew each time and may block. Throws KeyError with what to do. */
  read(): readonly Buffer[];
  /** Puts a fresh key first and keeps the others, or throws and changes nothing. Null where keys are made elsewhere. */
  readonly add: (() => void) | null;
}

/** The master keys of this process. The current one wraps; all of them unwrap. */
export interface KeyRing {
  readonly source: string;
  current(): MasterKey;
  masters(): readonly MasterKey[];
  /** Looks at the source again before it gives up, so that another process may rotate while this one runs. */
  find(fingerprint: string): MasterKey;
  reload(): void;
  readonly add: (() => void) | null;
}

/** Something was wrapped under a master key that is not at hand. It may come: nothing is lost yet. */
export class MissingMasterKey extends KeyError {
  override readonly retry = 'later';
}

import { KeyError } from '../../domain/errors.ts';
import { type KeyRing, type KeySource, type MasterKey, MissingMasterKey } from '../../domain/key-ring.ts';
import { toMasterKey } from './derive-keys.ts';

/** How long a key that was not found stays so: a command may take half a minute, and rows that need it come by the thousand. */
const looks_again_after_ms = 30_000;
/** Fingerprints come from the database: somebody who writes there must not fill our memory. */
const most_missing = 1_000;

/**
 * The ring over a source that is read at once, and again whenever something was wrapped under a key it does not know: another
 * process has rotated.
 *
 * @throws KeyError as the source does.
 */
export function createKeyRing(source: KeySource, now: () => Date): KeyRing {
  let masters = read(source);
  const missingSince = new Map<string, number>();
  const known = (fingerprint: string) => masters.find((master) => master.fingerprint === fingerprint);
  const reload = () => {
    masters = read(source);
  };

  /** @returns why the source could not be read, if so. What was read before stays good. */
  const lookAgain = (fingerprint: string): unknown => {
    const since = missingSince.get(fingerprint);
    if (since !== undefined && Math.abs(now().getTime() - since) < looks_again_after_ms) return undefined;
    let problem: unknown;
    try {
      reload();
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      problem = error;
    }
    if (known(fingerprint) === undefined) {
      if (missingSince.size >= most_missing) missingSince.clear();
      missingSince.set(fingerprint, now().getTime());
    }
    return problem;
  };

  const { add } = source;
  return {
    source: source.name,
    current: () => masters[0],
    masters: () => masters,
    find(fingerprint) {
      const cause = known(fingerprint) === undefined ? lookAgain(fingerprint) : undefined;
      const master = known(fingerprint);
      if (master === undefined) throw missing(source.name, masters, fingerprint, cause);
      return master;
    },
    reload,
    add:
      add === null
        ? null
        : () => {
            add();
            reload();
          },
  };
}

type AtLeastOne = readonly [MasterKey, ...MasterKey[]];

function read(source: KeySource): AtLeastOne {
  const [current, ...others] = source.read().map(toMasterKey);
  if (current === undefined) throw new KeyError(`There is no master key in ${source.name}.`);
  return [current, ...others];
}

function missing(source: string, masters: AtLeastOne, fingerprint: string, cause: unknown): MissingMasterKey {
  const held = masters.map((master) => master.fingerprint).join(', ');
  const found =
    masters.length === 1
      ? `The key in ${source} (fingerprint ${held}) is not the one`
      : `None of the keys in ${source} (fingerprints ${held}) is the one`;
  return new MissingMasterKey(
    `${found} this database was written with (${fingerprint}): put that key back, or use another --data-dir.`,
    cause === undefined ? {} : { cause },
  );
}

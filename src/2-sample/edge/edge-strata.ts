import { type Facets, topics } from '../../domain/facets.ts';
import { type OpenCell, openCell } from './edge-seen.ts';

/** A version and a combination of facets, with what it has come to in the hour it was last seen in. */
export type EdgeStratum = {
  /** The version's number within its day, from 1. */
  readonly versionNumber: number;
  hour: unknown;
  cell: OpenCell;
  piSample: number;
  /** The plans that the rate was read from. */
  plans: unknown;
};

/** The closed facets as one number each, in place of three more maps. */
const topicNumbers: ReadonlyMap<string, number> = new Map(topics.map((topic, i) => [topic, i]));
const memories: readonly string[] = ['on', 'off', 'unknown'] satisfies Facets['memory'][];
const lengths: readonly string[] = ['1', '2-5', '6-19', '20+'] satisfies Facets['length'][];

type ByLocale = Map<string, (EdgeStratum | undefined)[]>;
/** A version and a product, as of which most conversations are the next as well. */
type Branch = { readonly version: string; readonly product: string; readonly versionNumber: number; readonly locales: ByLocale };

/**
 * The strata of a day. A conversation's is found by version, product and locale, of which there are few, and a number for the
 * rest: a joined key would cost a string each time, and a map for each facet more memory than a cache holds.
 */
export class EdgeStrata {
  readonly #versions = new Map<string, Map<string, Branch>>();
  #latest: Branch | null = null;

  /** @throws RangeError if topic, memory or length is none there is: the server would refuse the whole hour for it. */
  find(version: string, facets: Facets): EdgeStratum {
    const latest = this.#latest;
    // Comparing is cheaper than looking up: a text that has just arrived must be hashed first.
    const branch =
      latest?.version === version && latest.product === facets.product ? latest : this.#branchOf(version, facets.product);
    this.#latest = branch;
    const { locales, versionNumber } = branch;
    let strata = locales.get(facets.locale);
    if (strata === undefined) {
      strata = [];
      locales.set(facets.locale, strata);
    }
    const number = numberOf(facets);
    let stratum = strata[number];
    if (stratum === undefined) {
      stratum = { versionNumber, hour: null, cell: openCell(version, facets), piSample: 0, plans: null };
      strata[number] = stratum;
    }
    return stratum;
  }

  #branchOf(version: string, product: string): Branch {
    let products = this.#versions.get(version);
    if (products === undefined) {
      products = new Map();
      this.#versions.set(version, products);
    }
    let branch = products.get(product);
    if (branch === undefined) {
      const [known] = products.values();
      branch = { version, product, versionNumber: known?.versionNumber ?? this.#versions.size, locales: new Map() };
      products.set(product, branch);
    }
    return branch;
  }
}

function numberOf({ topic, memory, length }: Facets): number {
  const t = topicNumbers.get(topic) ?? -1;
  const m = memories.indexOf(memory);
  const l = lengths.indexOf(length);
  if (t < 0 || m < 0 || l < 0) throw new RangeError(`no such facets: topic ${topic}, memory ${memory}, length ${length}`);
  return (t * memories.length + m) * lengths.length + l;
}

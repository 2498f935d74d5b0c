import type { Chance } from '../3-rate/calibrate/measure-agreement.ts';
import { Rng } from '../simulate/rng.ts';

const seed = 'longwatch calibrate';

/** The same intervals on every machine and every day: chance seeded by the name of the row it is for. */
export const seededChance: Chance = {
  random: (name) => {
    const rng = new Rng(`${seed} ${name}`);
    return () => rng.uniform();
  },
  replicates: 2_000,
  confidence: 0.95,
};

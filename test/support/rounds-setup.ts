/** Gives fast-check the seed and the number of runs of this test run. */
import { configureGlobal } from 'fast-check';
import { rounds, SEED } from './rounds.ts';

configureGlobal({ seed: SEED, numRuns: rounds(5_000, 200) });

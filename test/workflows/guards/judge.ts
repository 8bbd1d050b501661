import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import fc from 'fast-check';
import { instrument, type Mutant } from './instrument.ts';

/** A model that plays a state machine. */
interface Model {
  readonly property: fc.IProperty<unknown>;
}

/** What became of one mutant; without a label, of the code as it is, in all the runs that any mutant was played. */
export interface Verdict {
  readonly label?: string;
  readonly failure?: string;
}

declare global {
  var activeMutant: number | undefined;
}

// Judges every `parts`th mutant of what the model loads, in a process of its own: the code must run without the test
// runner's transformations, and before anything has loaded it.
const [modelUrl = '', most, part = '0', parts = '1'] = process.argv.slice(2);
const mutants: Mutant[] = [];
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const [, file] = /\/src\/workflows\/(.*\.ts)$/.exec(url) ?? [];
    if (file === undefined) return loaded;
    const source = readFileSync(new URL(url), 'utf8');
    const { source: instrumented, mutants: found } = instrument(file, source, mutants.length);
    mutants.push(...found);
    return { ...loaded, source: instrumented };
  },
});

const { property } = (await import(modelUrl)) as Model;
const print = (verdict: Verdict): void => console.log(JSON.stringify(verdict));
let mostPlayed = 0;
const judge = (most: number, mutant?: number): { failure?: string } => {
  globalThis.activeMutant = mutant;
  // Fixed runs, so that the verdict is the same every time.
  const { failed, errorInstance, numRuns } = fc.check(property, { numRuns: most, seed: 1_789, endOnFailure: true });
  mostPlayed = Math.max(mostPlayed, numRuns);
  return failed ? { failure: String(errorInstance).split('\n')[0] ?? 'failed' } : {};
};

for (const { number, label } of mutants) {
  if (number % Number(parts) === Number(part)) print({ label, ...judge(Number(most), number) });
}
// More runs would show nothing of the mutants: the model's own test plays the code as it is.
print(judge(mostPlayed));

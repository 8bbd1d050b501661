import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { orders, truths } from './arbitraries.ts';
import type { Machine } from './machine.ts';
import { playOut } from './play.ts';

/** What became of one mutant: what it did wrong, if anything. */
export interface Verdict {
  readonly folder: string;
  readonly failure?: string;
}

/** The runs that a mutant gets: fixed ones, so that the verdict is the same every time. */
const runs = { numRuns: 5_000, seed: 1_789, endOnFailure: true };

async function load(folder: string): Promise<Machine> {
  const { next } = await import(pathToFileURL(`${folder}/changeSetRemediation/transitions/next.ts`).href);
  const { newCase } = await import(pathToFileURL(`${folder}/changeSetRemediation/state.ts`).href);
  return { next, newCase };
}

async function judge(folder: string): Promise<Verdict> {
  const machine = await load(folder);
  const details = fc.check(
    fc.property(truths, orders, (truth, order) => playOut(machine, truth, order)),
    runs,
  );
  if (!details.failed) return { folder };
  const [failure = 'failed'] = String(details.errorInstance).split('\n');
  return { folder, failure };
}

for (const folder of process.argv.slice(2)) console.log(JSON.stringify(await judge(folder)));

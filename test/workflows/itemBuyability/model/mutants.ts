import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { playOut, type Machine } from './play.ts';
import { services, worlds } from './world.ts';

/** What became of one mutant: what it did wrong, if anything. */
export interface Verdict {
  readonly folder: string;
  readonly failure?: string;
}

/** The runs that a mutant gets: fixed ones, so that the verdict is the same every time. */
const runs = { numRuns: 20_000, seed: 1_789, endOnFailure: true };

async function load(folder: string): Promise<Machine> {
  return (await import(pathToFileURL(`${folder}/itemBuyability/state.ts`).href)) as Machine;
}

async function judge(folder: string): Promise<Verdict> {
  const machine = await load(folder);
  const details = fc.check(
    fc.property(worlds, services, (world, service) => playOut(machine, world, service)),
    runs,
  );
  if (!details.failed) return { folder };
  const [failure = 'failed'] = String(details.errorInstance).split('\n');
  return { folder, failure };
}

for (const folder of process.argv.slice(2)) console.log(JSON.stringify(await judge(folder)));

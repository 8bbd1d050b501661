import type { FuzzFigures } from './run.ts';

const count = (value: number): string => value.toLocaleString('en');

/** What a run has found, for a terminal. */
export function reportText({ inputs, megabytes, outcomes, slowest, failures }: FuzzFigures, seconds: number): string {
  const rows = Object.entries(outcomes).toSorted(([, one], [, other]) => other - one);
  return [
    `${count(inputs)} inputs, ${megabytes.toFixed(0)} MB, in ${seconds.toFixed(0)} s`,
    ...rows.map(([outcome, found]) => `  ${count(found).padStart(10)}  ${outcome}`),
    `slowest: ${slowest.cpuMs.toFixed(1)} ms of processor time for ${count(slowest.bytes)} bytes (--seed ${slowest.seed} --count 1000)`,
    failures.length === 0 ? 'every promise held' : `${failures.length} broken promises: see above`,
  ].join('\n');
}

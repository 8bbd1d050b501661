/**
 * `npm run chaos:breaches`: breaks each promise on purpose in the real processes, a run of chaos each, and expects the check
 * to report it (docs/reliability.md). With names after `--` only those.
 * @returns 0 where each was reported, 1 where one was not, 2 for a wrong name
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { flagsOrExit } from '../bench/commandLine.ts';
import { breaches, breachNamed, type Breach } from './chaos/breach/breaches.ts';
import type { ChaosCounts } from './chaos/records.ts';

const command = fileURLToPath(new URL('./chaos.ts', import.meta.url));
/** Enough for one of each kind of event. */
const flags = ['--seed', '19', '--events', '100', '--alone', '--json'];

/** What the check has counted of the promise that was broken; undefined where there was no run. */
async function counted({ name, shownBy, kills }: Breach): Promise<number | undefined> {
  const run = spawn(process.execPath, [command, ...flags, '--kills', String(kills), '--breach', name], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const written = await text(run.stdout);
  if (written === '') return undefined;
  return (JSON.parse(written) as { readonly counts: ChaosCounts }).counts[shownBy];
}

const usage = `npm run chaos:breaches [-- NAME ...]
  breaks each promise on purpose, or those of the names, a run of some minutes
  each; ends with 1 where the check did not report one. Names:
${breaches.map(({ name }) => `  ${name}`).join('\n')}`;

const { chosen } = flagsOrExit('chaos:breaches', usage, (names) => {
  if (names.includes('--help')) return 'help';
  return { chosen: names.length === 0 ? breaches : names.map(breachNamed) };
});
for (const breach of chosen) {
  process.stderr.write(`${breach.name}: breaking it in a run of some minutes …\n`);
  const count = await counted(breach);
  const isReported = count !== undefined && count > 0;
  const verdict = isReported ? 'reported' : count === undefined ? 'THERE WAS NO RUN' : 'NOT REPORTED';
  process.stdout.write(`${breach.name}: ${breach.shownBy} ${count ?? '-'}: ${verdict}\n`);
  if (!isReported) process.exitCode = 1;
}

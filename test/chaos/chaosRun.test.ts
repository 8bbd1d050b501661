import { execFile } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const flags = ['--seed', '19', '--events', '200', '--kills', '6', '--alone', '--json'];
const patienceMs = 360_000;

/** Runs the command as a process of its own, with a Temporal server of its own. */
function run(): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const words = ['--disable-warning=ExperimentalWarning', join(root, 'tools', 'chaos.ts'), ...flags];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: root }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}

test(
  'hundreds of events of all kinds come while everything is killed, frozen, reset and deployed: every promise holds',
  async () => {
    const { exitCode, stdout, stderr } = await run();
    if (exitCode !== 0) throw new Error(`it ended with ${exitCode}:\n${stderr}${stdout}`);
    const { ok, counts, kills, events, submissions, notices } = JSON.parse(stdout);
    expect({ ok, counts, kills }).toEqual({
      ok: true,
      kills: 6,
      counts: {
        acknowledgedEventsUnaccounted: 0,
        submissionsSentMoreThanOnce: 0,
        submissionsOverDailyCap: 0,
        noticesDecidedMoreThanOnce: 0,
        noticesEarly: 0,
        workflowsStuckOrFailed: 0,
        endsThatDiffer: 0,
        commandsLost: 0,
        commandsAppliedTwice: 0,
        secretsFound: 0,
      },
    });
    // There was something that could have gone wrong.
    expect([events.http, events.queue, events.none, submissions, notices].every((count) => count > 0)).toBe(true);
  },
  patienceMs,
);

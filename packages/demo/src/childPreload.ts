/**
 * Loaded before a command that `npm start` runs. It loads what the command will need while the Temporal server is still
 * starting, waits for the environment that the command is to see, and lets it go on.
 *
 * When the starting process is gone without having stopped it (SIGKILL included), the channel between the two closes,
 * and the command ends as it does on SIGTERM.
 */
import { isMainThread } from 'node:worker_threads';

async function environmentGiven(): Promise<void> {
  const message = await new Promise<unknown>((resolve) => process.once('message', resolve));
  Object.assign(process.env, message);
  // The channel alone must not keep a command alive that has ended.
  process.channel?.unref();
}

function load(command: string | undefined): Promise<unknown> {
  return command === 'worker' ? import('../../../src/workers/process.ts') : import('../../../src/ingress/process.ts');
}

// Threads of the command load this too.
if (isMainThread) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  await Promise.all([environmentGiven(), load(process.argv[2])]);
}

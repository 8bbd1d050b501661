/**
 * Loaded before what the bench runs: when the bench is gone without having stopped it (SIGKILL included), the channel
 * between the two closes, and it ends as it does on SIGTERM.
 */
import { isMainThread } from 'node:worker_threads';

// A worker's threads load this too.
if (isMainThread) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The channel alone must not keep a process alive that has ended.
  process.channel?.unref();
}

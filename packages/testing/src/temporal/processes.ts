import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './processLock.mjs';

const pollMs = 50;

/**
 * Ends a process that is still the one meant: SIGTERM, and SIGKILL where it is there after the grace period.
 *
 * @param identity as {@link processIdentity} gave it; a process with another identity is left alone
 * @param graceMs milliseconds between the two signals
 */
export async function endProcess(pid: number, identity: string, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  sendSignal(pid, identity, 'SIGTERM');
  while (processIdentity(pid) === identity) {
    if (Date.now() > deadline) sendSignal(pid, identity, 'SIGKILL');
    await delay(pollMs);
  }
}

function sendSignal(pid: number, identity: string, signal: NodeJS.Signals): void {
  if (processIdentity(pid) !== identity) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}

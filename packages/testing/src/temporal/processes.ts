import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/**
 * What tells a process apart from a later one that was given the same pid: its start time and its command line.
 *
 * @returns undefined where no such process runs (one that has ended and was not yet collected counts as ended)
 */
export function processIdentity(pid: number): string | undefined {
  try {
    if (!existsSync('/proc/self/stat')) {
      return (
        execFileSync('ps', ['-o', 'lstart=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
      );
    }
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name in brackets may hold anything; the start time is the 20th field after it.
    const startTime = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    return command === '' ? undefined : `${startTime} ${command}`;
  } catch {
    return undefined;
  }
}

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

import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Connection } from '@temporalio/client';

/** On what the figures were taken. */
export interface Machine {
  /** Processors that this process may use. */
  readonly cores: number;
  readonly processor: string;
  readonly platform: string;
  readonly node: string;
  /** The Temporal server's version, as it says itself. */
  readonly temporalServer: string;
  /** Where that server keeps its histories. */
  readonly storage: string;
  /** Processes that wanted a processor in the minute before the run: above 1, something else was at work. */
  readonly loadBefore: number;
}

/** Describes this machine and the server. */
export async function describeMachine(connection: Connection, storage: string, loadBefore: number): Promise<Machine> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node,
    temporalServer: serverVersion,
    storage,
    loadBefore,
  };
}

/** The load average of the last minute, as `uptime` shows it. */
export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

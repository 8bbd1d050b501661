import { dataConverterOf } from '../delivery/dataConverter.ts';
import { reportOnce, unreadableText } from '../delivery/encryption/payloadCodec.ts';
import { historiesOf, openQuery } from '../delivery/workflows.ts';
import { createLogger } from '../logging/logger.ts';
import { bundleWorkflows } from '../workers/bundle.ts';
import { replayed, type Replayed } from '../workers/replay.ts';
import { installRuntime } from '../workers/temporalLogger.ts';
import { exitCodes, type CommandContext, type CommandResult } from './command.ts';
import { table, type Column } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { withTemporal } from './temporal.ts';

/** What `steward replay-histories` is given. */
export interface ReplayFlags extends TemporalFlags {
  /** A visibility query; every open workflow of the steward where it is left out. */
  readonly query?: string;
  /** How many histories are fetched at once. */
  readonly concurrency: number;
  readonly json?: true;
}

const progressEvery = 25;

/**
 * Replays the histories of workflows with the workflows of this version, which changes nothing.
 * @returns `failed` where one of them could not go on with this version.
 */
export async function replayHistories(flags: ReplayFlags, context: CommandContext): Promise<CommandResult> {
  const { query = openQuery, concurrency } = flags;
  const logger = createLogger({ level: 'silent' });
  return withTemporal(flags, context, async ({ client, encryption }) => {
    // Only once Temporal answers: what is installed ends with the replay's worker, and keeps the process alive until then.
    installRuntime(logger);
    const bundle = await bundleWorkflows(logger);
    const report = reportOnce((unreadable) => context.note(unreadableText(unreadable)));
    // What a replay writes goes nowhere.
    const dataConverter = dataConverterOf(encryption && { ...encryption, encrypts: false }, report);
    const failed: Replayed[] = [];
    let count = 0;
    for await (const one of replayed(bundle, dataConverter, historiesOf(client, query, concurrency))) {
      count += 1;
      if (one.problem !== undefined) failed.push(one);
      if (count % progressEvery === 0) context.progress(`${count} workflows replayed, ${failed.length} failed`);
    }
    return {
      text: rendered(count, failed),
      document: { query, replayed: count, failed },
      exitCode: failed.length === 0 ? exitCodes.ok : exitCodes.failed,
    };
  });
}

const columns: ReadonlyArray<Column<Replayed>> = [
  { heading: 'TYPE', value: ({ type }) => type },
  { heading: 'WORKFLOW', value: ({ workflowId }) => workflowId },
  { heading: 'RUN', value: ({ runId }) => runId },
  { heading: 'PROBLEM', value: ({ problem }) => problem ?? '' },
];

function rendered(count: number, failed: readonly Replayed[]): string {
  if (count === 0) return 'No workflow matches: nothing was replayed.';
  if (failed.length === 0) return `All ${count} workflows can go on with this version.`;
  const first = `${failed.length} of ${count} workflows cannot go on with this version. Do not deploy it where they are open.`;
  return `${first}\n\n${table(columns, failed)}`;
}

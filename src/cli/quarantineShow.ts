import { writeFile } from 'node:fs/promises';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defined } from '../defined.ts';
import { quarantinedBytes, type KeptBytes, type QuarantinedBytes } from '../delivery/quarantinedBytes.ts';
import { quarantinedEventType } from '../workflows/quarantinedEvent/contract.ts';
import { shownBytes } from './bytesText.ts';
import { CommandProblem, exitCodes, usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { instant, printable, strong, terminalWidth, wrapped } from './format.ts';
import { readyCommands } from './operatorCommands.ts';
import type { TemporalFlags } from './options.ts';
import { findQuarantined } from './quarantine.ts';
import { knownStatus } from './status.ts';
import { withTemporal, workflowLink, type TemporalAccess } from './temporal.ts';

/** What `steward quarantine show` is given. */
export interface QuarantineShowFlags extends TemporalFlags {
  /** How many bytes are shown at most. */
  readonly bytes: number;
  readonly raw?: true;
  readonly output?: string;
  readonly json?: true;
}

/** `steward quarantine show`: what is known of the bytes, and the bytes. */
export async function showQuarantined(
  id: string,
  flags: QuarantineShowFlags,
  context: CommandContext,
  isTerminal = process.stdout.isTTY,
): Promise<CommandResult> {
  if (flags.raw === true && isTerminal) {
    throw usageProblem(
      'Standard output is a terminal, on which a stranger’s bytes could act. Send them on (| or >), or name a file with --output.',
    );
  }
  return withTemporal(flags, context, async (access) => {
    const run = await findQuarantined(access, id);
    if (run.type !== quarantinedEventType) {
      throw usageProblem(
        `${printable(run.workflowId)} keeps no bytes; it is of type ${printable(run.type)}. Each of its events is in a workflow of its own: steward quarantine list --held`,
      );
    }
    const found = await quarantinedBytes(access.client, run);
    const asked = flags.raw === true || flags.output !== undefined;
    if ('problem' in found) {
      if (asked) throw new CommandProblem(exitCodes.failed, `The bytes cannot be read here: ${found.problem}.`);
    } else if (flags.output !== undefined) {
      return written(found.bytes, flags.output, run.workflowId);
    } else if (asked) {
      return { text: '', document: undefined, exitCode: exitCodes.ok, bytes: found.bytes };
    }
    const document = await shown(access, run, found, flags.bytes);
    return { text: shownText(document, access.flagsAgain), document, exitCode: exitCodes.ok };
  });
}

/** A quarantined event, as programs get it. */
export type ShownQuarantined = Awaited<ReturnType<typeof shown>>;

/** Times are ISO 8601. */
async function shown(access: TemporalAccess, run: WorkflowExecutionDescription, found: QuarantinedBytes, most: number) {
  const { workflowId, runId, type, startTime } = run;
  const status = run.status.name;
  const known = await knownStatus(access, run);
  const details = known.source === 'searchAttributes' ? undefined : known.status;
  const state = known.source === 'searchAttributes' ? known.state : known.status.state;
  const ready = { type, ...defined({ state, taken: details?.commands }) };
  return defined({
    workflowId,
    runId,
    /** Temporal's own status. */
    status,
    state,
    receivedAt: startTime.toISOString(),
    sourceNote: known.source === 'searchAttributes' ? known.why : undefined,
    details,
    bytes: 'problem' in found ? found : partOf(found, most),
    link: workflowLink(access, workflowId, runId),
    commands: status === 'RUNNING' ? readyCommands(ready, [workflowId], access.flagsAgain) : [],
  });
}

function partOf({ envelope, bytes, isWhole }: KeptBytes, most: number) {
  return { envelope, size: bytes.length, isWhole, ...shownBytes(bytes, most) };
}

/** A file of that name stays as it is: nothing of an operator's is overwritten. Nobody else may read it. */
async function written(bytes: Uint8Array, output: string, workflowId: string): Promise<CommandResult> {
  try {
    await writeFile(output, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = code === 'EEXIST' ? 'it exists, and is not overwritten' : code;
    throw usageProblem(`${printable(output)} cannot be written: ${why}. Name another with --output.`);
  }
  const text = `${bytes.length} bytes of ${printable(workflowId)} are in ${printable(output)}.`;
  return { text, document: { workflowId, output, size: bytes.length }, exitCode: exitCodes.ok };
}

function shownText(document: ShownQuarantined, flagsAgain: string): string {
  const { workflowId, state, receivedAt, sourceNote, details, bytes, link, commands } = document;
  const facts: ReadonlyArray<readonly [string, unknown]> = [
    ['received', instant(new Date(receivedAt))],
    ['why', details?.['reason']],
    ['arrivals', details?.['count']],
    ['held by', details?.['heldBy']],
    ['next', details?.nextStep],
    ['state', sourceNote && `from the search attributes only: ${sourceNote}`],
  ];
  const lines = facts.flatMap(([label, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? wrapped(`${label}: ${printable(`${value}`)}`, terminalWidth, '', '  ')
      : [],
  );
  return [
    strong(`${printable(workflowId)}  ${printable(state ?? '')}`),
    ...lines,
    ...(link === undefined ? [] : [`link: ${link}`]),
    ...(details?.notes ?? []).flatMap((note) => wrapped(printable(note), terminalWidth, '- ', '  ')),
    '',
    ...bytesLines(workflowId, bytes, flagsAgain),
    ...(commands.length === 0 ? [] : ['', strong('What you can send now (replace what stands in <>)'), ...commands]),
  ].join('\n');
}

function bytesLines(workflowId: string, bytes: ShownQuarantined['bytes'], flagsAgain: string): string[] {
  if ('problem' in bytes) return [`The bytes cannot be read here: ${printable(bytes.problem)}.`];
  const { envelope, size, form, shown: count, lines, isWhole } = bytes;
  const part = count < size ? `the first ${count} of ${size} bytes` : `${size} bytes`;
  const as = size === 0 ? 'empty' : form === 'text' ? 'as text' : 'in hexadecimal, for they are no UTF-8 text';
  return [
    strong(`The ${printable(envelope)} event, ${part}, ${as}`),
    ...lines,
    ...(isWhole ? [] : ['Their digest is not the one that the workflow was started with.']),
    ...(size === 0
      ? []
      : [`The bytes as they are: steward quarantine show ${workflowId} --output '<file>'${flagsAgain}`]),
  ];
}

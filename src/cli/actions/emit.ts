import { answerText } from '../answerText.ts';
import type { Road } from '../../events/parse.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { guessRoad, readBytes } from '../eventBytes.ts';
import { exitCodeOfAnswer, findIngress, postEvent } from '../ingressClient.ts';
import { CommandProblem, exitCodes } from '../problems.ts';
import type { TemporalFlags } from '../temporalFlags.ts';

/** What `steward emit` is given beside the file. */
export interface EmitFlags extends TemporalFlags {
  readonly road?: Road;
  readonly ingress?: string;
  readonly header?: string;
  readonly direct?: true;
  readonly config?: string;
  readonly json?: true;
}

/** Sends the bytes of one event to an ingress, or by the ingress's own rules straight to Temporal. */
export async function emit(file: string, flags: EmitFlags, context: CommandContext): Promise<CommandResult> {
  const bytes = await readBytes(file, 'Name a file with one event.');
  const road = flags.road ?? guessRoad(bytes);
  if (road === undefined) {
    throw new CommandProblem(
      exitCodes.usage,
      'The event does not say by which road it came: add --road eventbridge or --road buy-with-prime.',
    );
  }
  if (flags.direct !== true) return emitToIngress(road, bytes, flags, context);
  const { deliverDirectly } = await import('./deliverDirectly.ts');
  const { status, body } = await deliverDirectly(road, bytes, flags, context);
  return resultOf(status, body);
}

async function emitToIngress(
  road: Road,
  bytes: Uint8Array,
  flags: EmitFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { httpStatus, answer } = await postEvent(findIngress(flags, road, context), road, bytes);
  return resultOf(httpStatus, answer);
}

function resultOf(httpStatus: number, answer: unknown): CommandResult {
  return { text: answerText(httpStatus, answer), document: answer, exitCode: exitCodeOfAnswer(httpStatus) };
}

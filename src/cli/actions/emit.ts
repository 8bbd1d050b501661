import { answerText } from '../answerText.ts';
import type { Envelope } from '../../events/parse.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { detectEnvelope, readBytes } from '../eventBytes.ts';
import { exitCodeOfAnswer, findIngress, postEvent } from '../ingressClient.ts';
import { CommandProblem, exitCodes } from '../problems.ts';
import type { TemporalFlags } from '../temporalFlags.ts';

/** What `steward emit` is given beside the file. */
export interface EmitFlags extends TemporalFlags {
  readonly envelope?: Envelope;
  readonly ingress?: string;
  readonly header?: string;
  readonly direct?: true;
  readonly config?: string;
  readonly json?: true;
}

/** Sends the bytes of one event to an ingress, or by the ingress's own rules straight to Temporal. */
export async function emit(file: string, flags: EmitFlags, context: CommandContext): Promise<CommandResult> {
  const bytes = await readBytes(file, 'Name a file with one event.');
  const envelope = flags.envelope ?? detectEnvelope(bytes);
  if (envelope === undefined) {
    throw new CommandProblem(
      exitCodes.usage,
      'The event does not say by which envelope it came: add --envelope eventbridge or --envelope webhook.',
    );
  }
  if (flags.direct !== true) return emitToIngress(envelope, bytes, flags, context);
  const { deliverDirectly } = await import('./deliverDirectly.ts');
  const { status, body } = await deliverDirectly(envelope, bytes, flags, context);
  return resultOf(status, body);
}

async function emitToIngress(
  envelope: Envelope,
  bytes: Uint8Array,
  flags: EmitFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { httpStatus, answer } = await postEvent(findIngress(flags, envelope, context), envelope, bytes);
  return resultOf(httpStatus, answer);
}

function resultOf(httpStatus: number, answer: unknown): CommandResult {
  return { text: answerText(httpStatus, answer), document: answer, exitCode: exitCodeOfAnswer(httpStatus) };
}

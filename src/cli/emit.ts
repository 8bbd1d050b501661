import { z } from 'zod';
import type { Envelope } from '../events/parse.ts';
import { answerTo } from '../ingress/answers.ts';
import { usageProblem, type CommandContext, type CommandResult } from './command.ts';
import { parsedJson, readBytes } from './files.ts';
import { printable } from './format.ts';
import { exitCodeOfAnswer, findIngress, postEvent } from './ingressClient.ts';
import type { TemporalFlags } from './options.ts';

/** What `steward emit` is given beside the file. */
export interface EmitFlags extends TemporalFlags {
  readonly envelope?: Envelope;
  readonly ingress?: string;
  readonly header?: string;
  /** Send in clear to another machine. */
  readonly plainHttp?: true;
  readonly direct?: true;
  readonly config?: string;
  readonly json?: true;
}

/** Sends the bytes of one event to an ingress, or by the ingress's own rules straight to Temporal. */
export async function emit(file: string, flags: EmitFlags, context: CommandContext): Promise<CommandResult> {
  const bytes = await readBytes(file, 'Name a file with one event.');
  const envelope = flags.envelope ?? detectEnvelope(bytes);
  if (envelope === undefined) {
    throw usageProblem(
      'The event does not show its envelope, so nothing was sent. Add --envelope eventbridge or --envelope webhook.',
    );
  }
  const { status, body } =
    flags.direct === true
      ? await deliverDirectly(envelope, bytes, flags, context)
      : await postEvent(findIngress(flags, envelope, context), envelope, bytes);
  return { text: answerText(status, body), document: body, exitCode: exitCodeOfAnswer(status) };
}

/** Takes the bytes of an event as the ingress does, without a request and without a sender to authenticate. */
async function deliverDirectly(
  envelope: Envelope,
  bytes: Uint8Array,
  flags: EmitFlags,
  context: CommandContext,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const [{ loadConfiguration }, { receive }, { withTemporal }] = await Promise.all([
    import('../config/load.ts'),
    import('../delivery/receive.ts'),
    import('./temporal.ts'),
  ]);
  const file = flags.config ?? context.environment['STEWARD_CONFIG'];
  // It authenticates no sender and calls no vendor, so it needs no secret.
  const configuration = loadConfiguration(context.environment, file, []);
  const receipt = await withTemporal(flags, context, ({ client }) => receive(client, configuration, envelope, bytes));
  return answerTo(receipt);
}

/**
 * The envelope of an event that shows it: EventBridge has `detail-type` at the top, Buy with Prime's webhook
 * `eventDescriptor`.
 * @returns undefined for anything else, bytes that are no JSON included: those go out as they are, in a named envelope.
 */
export function detectEnvelope(bytes: Uint8Array): Envelope | undefined {
  const event = parsedJson(bytes);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined;
  const byEventBridge = 'detail-type' in event;
  const byWebhook = 'eventDescriptor' in event;
  if (byEventBridge === byWebhook) return undefined;
  return byEventBridge ? 'eventbridge' : 'webhook';
}

const part = z.looseObject({ outcome: z.string(), kind: z.string().nullish(), workflowId: z.string().nullish() });
const answerSchema = part.extend({ reason: z.string().optional(), deliveries: z.array(part).optional() });

const refusalSchema = z.looseObject({ error: z.string(), message: z.string() });

/** What the ingress said where it took no event; another server's words as they came. */
function refusalText(httpStatus: number, answer: unknown): string {
  const { data } = refusalSchema.safeParse(answer);
  if (data === undefined) {
    return `HTTP ${httpStatus}: ${printable(typeof answer === 'string' ? answer : JSON.stringify(answer))}`;
  }
  const mend =
    data.error === 'unauthorized' ? " Give the right one with --header 'name: value' or --header @file." : '';
  return `The ingress refused the event (HTTP ${httpStatus}, ${printable(data.error)}). ${printable(data.message)}${mend}`;
}

/** The ingress's answer for operators: what became of the event, and which workflow has it. */
function answerText(httpStatus: number, answer: unknown): string {
  const { data } = answerSchema.safeParse(answer);
  if (data === undefined) return refusalText(httpStatus, answer);
  const { deliveries, reason, ...whole } = data;
  const parts = deliveries ?? [whole];
  const [first] = parts.flatMap(({ workflowId }) => workflowId ?? []);
  return [
    ...parts.map(partText),
    ...(reason === undefined ? [] : [printable(reason)]),
    ...(first === undefined ? [] : [`See it: steward show ${printable(first)}`]),
  ].join('\n');
}

function partText({ outcome, kind, workflowId }: z.infer<typeof part>): string {
  const what = typeof kind === 'string' ? ` ${printable(kind)}` : '';
  const where = typeof workflowId === 'string' ? ` -> ${printable(workflowId)}` : '';
  return `${printable(outcome)}${what}${where}`;
}

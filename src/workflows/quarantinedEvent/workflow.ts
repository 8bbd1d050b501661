import { CancellationScope, continueAsNew, setHandler } from '@temporalio/workflow';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { untilEnded } from '../shared/caseLoop.ts';
import { handleCommand } from '../shared/commandHandler.ts';
import type { CommandAnswer, OperatorCommand } from '../shared/commands.ts';
import { startNoticeOutbox } from '../shared/noticeOutbox.ts';
import { ignoreUnknownSignals, requireTexts } from '../shared/start.ts';
import { quarantineDefaults, type QuarantinePolicy } from './defaults.ts';
import { nextStep, quarantineDetails, quarantineStatus } from './details.ts';
import * as messages from './contract.ts';
import { unknownAccount } from './notices.ts';
import {
  newQuarantine,
  next,
  refusal,
  stateName,
  type QuarantineCase,
  type QuarantineEvent,
  type QuarantinePhase,
} from './state.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, sha256: 'digest of the bytes, hex', envelope: 'eventbridge', bytesBase64: '…' };

/** A replay is a moment: the attributes change with the end only. */
function publish(kept: QuarantineCase): void {
  const ended = kept.phase.name === 'ended';
  publishAttributes({
    state: ended ? stateName(kept) : 'quarantined',
    account: unknownAccount,
    attention: !ended,
  });
}

/** A signal typed by hand may be anything, and a handler that threw would stop the workflow. */
function readable(message: Partial<messages.QuarantineMessage> | null | undefined): messages.QuarantineMessage {
  const { receivedAt, reason } = message ?? {};
  const dated = typeof receivedAt === 'string' && !Number.isNaN(Date.parse(receivedAt));
  return {
    receivedAt: dated ? receivedAt : new Date(Date.now()).toISOString(),
    reason: typeof reason === 'string' ? reason : 'No reason was given.',
  };
}

/**
 * Keeps the bytes of an event that could not be handled, whole, until an operator replays or discards them or their time
 * is over.
 * @returns how they ended, with every command.
 */
export async function quarantinedEvent(input: messages.QuarantinedEventInput): Promise<messages.QuarantineStatus> {
  // An empty body is a body: the bytes alone may be an empty text.
  const bytesField = input?.bytesBase64 === '' ? [] : ['bytesBase64'];
  requireTexts(input, ['sha256', 'envelope', ...bytesField], exampleInput);
  const policy: QuarantinePolicy = { ...quarantineDefaults, ...input.policy };
  let kept = input.carried ?? newQuarantine(input, { policy, nowMs: Date.now() });
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'effectFailed', sentence }));

  function apply(event: QuarantineEvent): void {
    const transition = next(kept, event, { policy, nowMs: Date.now() });
    kept = transition.kept;
    outbox.add(transition.notices);
    publishDetails(quarantineDetails(kept));
    publish(kept);
  }

  function take(type: 'replay' | 'discard', command: OperatorCommand): CommandAnswer {
    const before = kept.phase;
    apply({ type, command });
    return { state: stateName(kept), changed: kept.phase !== before, message: nextStep(kept) };
  }

  setHandler(messages.quarantineStatusQuery, () => quarantineStatus(kept), { description: 'The bytes as they stand' });
  setHandler(messages.quarantinedSignal, (message) => apply({ type: 'arrived', message: readable(message) }), {
    description: 'The same bytes arrived; sent by the ingress',
  });
  handleCommand(messages.replayUpdate, {
    description: 'Read the bytes again, with today’s parser and configuration, and deliver what they say.',
    refusal: () => refusal(kept),
    take: (command) => take('replay', command),
  });
  handleCommand(messages.discardUpdate, {
    description: 'Give the bytes up: nothing is delivered.',
    refusal: () => refusal(kept),
    take: (command) => take('discard', command),
  });
  ignoreUnknownSignals();
  discardOnCancel((command) => apply({ type: 'cancel', command }));
  if (kept.count === 0) apply({ type: 'arrived', message: readable({ reason: 'Kept by hand; no reason was given.' }) });
  publishDetails(quarantineDetails(kept));
  publish(kept);

  return CancellationScope.nonCancellable(async () => {
    await untilEnded<QuarantinePhase>({
      phase: () => kept.phase,
      ended: ({ name }) => name === 'ended',
      work: (phase) => workOn(phase, { input, current: () => kept, apply }),
      idle: () => outbox.idle(),
      renew: () => continueAsNew<typeof quarantinedEvent>({ ...input, carried: kept }),
    });
    return quarantineStatus(kept);
  });
}

/** A cancellation from the Web UI has no field for a name or a reason; it means discard. */
function discardOnCancel(take: (command: OperatorCommand) => void): void {
  CancellationScope.current().cancelRequested.catch(() => {
    take({ actor: 'unknown (cancellation request)', reason: 'Cancellation was requested.' });
  });
}

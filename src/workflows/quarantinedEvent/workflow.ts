import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { requireTexts } from '../shared/input.ts';
import { quarantineDefaults, type QuarantinePolicy } from './defaults.ts';
import { quarantineDetails, quarantineStatus } from './details.ts';
import {
  quarantinedEventContract,
  quarantinedSignal,
  type QuarantinedEventInput,
  type QuarantineArrival,
  type QuarantineStatus,
} from './contract.ts';
import { unknownAccount } from './notices.ts';
import { newQuarantine, stateName, type QuarantineCase } from './state.ts';
import { next } from './transitions/next.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, sha256: 'digest of the bytes, hex', envelope: 'eventbridge', bytesBase64: '…' };

/** Anybody may have typed a signal's payload. */
function readable(message: Partial<QuarantineArrival> | null | undefined): QuarantineArrival {
  const { receivedAt, reason } = message ?? {};
  const dated = typeof receivedAt === 'string' && !Number.isNaN(Date.parse(receivedAt));
  return {
    receivedAt: dated ? receivedAt : new Date(Date.now()).toISOString(),
    reason: typeof reason === 'string' ? reason : 'No reason was given.',
  };
}

/**
 * Keeps the bytes of an event that could not be handled, whole, until an operator replays or discards them or their time is
 * over.
 * @returns how they ended, with every command.
 */
export async function quarantinedEvent(
  input: QuarantinedEventInput & Carried<QuarantineCase>,
): Promise<QuarantineStatus> {
  // An empty body is a body: the bytes alone may be an empty text.
  const bytesField = input?.bytesBase64 === '' ? [] : ['bytesBase64'];
  requireTexts(input, ['sha256', 'envelope', ...bytesField], exampleInput);
  const policy: QuarantinePolicy = { ...quarantineDefaults, ...input.policy };
  return runCase({
    contract: quarantinedEventContract,
    input,
    state: input.carried ?? newQuarantine(input, { policy, nowMs: Date.now() }),
    policy,
    next,
    status: quarantineStatus,
    statusDescription: 'The bytes: state, reason, and what can be done',
    details: quarantineDetails,
    // A replay is a moment: the attributes change with the end only.
    attributes: (kept) => {
      const ended = kept.phase.name === 'ended';
      return { state: ended ? stateName(kept) : 'quarantined', account: unknownAccount, attention: !ended };
    },
    signals: [
      onSignal(quarantinedSignal, 'The same bytes arrived; sent by the ingress', (message) => ({
        type: 'arrived',
        message: readable(message),
      })),
    ],
    commands: { message: (given) => given },
    cancelled: (command) => ({ type: 'cancel', command }),
    begin: async ({ current, apply }) => {
      // Nothing arrived where an operator starts the workflow by hand.
      if (current().count === 0)
        apply({ type: 'arrived', message: readable({ reason: 'An operator started it by hand.' }) });
    },
    work: (phase, run) => workOn(phase, input, run),
  });
}

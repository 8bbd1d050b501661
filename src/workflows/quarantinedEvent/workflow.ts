import { carriedOr } from '../shared/carried.ts';
import { readQuarantine } from './carried.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { refuseInput, requireTexts, wrong } from '../shared/input.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import type { StewardAttributes } from '../shared/searchAttributes.ts';
import { quarantineDetails, quarantineStatus } from './details.ts';
import {
  heldSettledSignal,
  quarantinedEventContract,
  quarantinedSignal,
  type Holding,
  type QuarantinedEventInput,
  type QuarantineArrival,
  type QuarantineStateName,
  type QuarantineStatus,
} from './contract.ts';
import { unknownAccount } from './notices.ts';
import { quarantinePolicy } from './policyValues.ts';
import { newQuarantine, stateName } from './state.ts';
import { quarantineSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { workOn } from './work.ts';

const exampleInput = { version: 1, sha256: 'digest of the bytes, hex', envelope: 'eventbridge', bytesBase64: '…' };

/** Anybody may have typed a signal's payload. */
function readable(message: Partial<QuarantineArrival> | null | undefined): QuarantineArrival {
  const { receivedAt, reason, holding } = message ?? {};
  const dated = typeof receivedAt === 'string' && !Number.isNaN(Date.parse(receivedAt));
  return {
    receivedAt: dated ? receivedAt : new Date(Date.now()).toISOString(),
    reason: typeof reason === 'string' ? reason : 'No reason was given.',
    ...(isHolding(holding) && { holding }),
  };
}

const longestName = 300;

function isHolding(value: Partial<Holding> | null | undefined): value is Holding {
  const isName = (name: unknown): boolean => typeof name === 'string' && name.length <= longestName;
  return isName(value?.heldBy) && isName(value?.account);
}

/**
 * Keeps the bytes of an event that could not be handled, whole, until they are replayed or discarded or their time is over.
 * An operator is asked about bytes that cannot be read; those that can be read and must wait are held quietly.
 * @returns how they ended, with every command.
 */
export async function quarantinedEvent(input: QuarantinedEventInput & Carried): Promise<QuarantineStatus> {
  // An empty body is a body: the bytes alone may be an empty text.
  const bytesField = input?.bytesBase64 === '' ? [] : ['bytesBase64'];
  requireTexts(input, ['sha256', 'envelope', ...bytesField], exampleInput);
  if (input.envelope !== 'eventbridge' && input.envelope !== 'webhook') {
    refuseInput(wrong('envelope', 'eventbridge or webhook', input.envelope), exampleInput);
  }
  const recorded =
    wholePolicy(quarantinePolicy, input) ??
    (await resolvedPolicy('quarantinedEvent', quarantinePolicy, input, exampleInput, quarantinedEventContract));
  return runCase({
    contract: quarantinedEventContract,
    input,
    state: carriedOr(input, readQuarantine, () => newQuarantine(input, { policy: recorded.policy, nowMs: Date.now() })),
    ...recorded,
    policyShape: quarantinePolicy,
    next,
    status: quarantineStatus,
    statusDescription: 'The bytes: state, reason, and what can be done',
    details: quarantineDetails,
    // A replay is a moment: the attributes stay what they were before it.
    attributes: (kept) => {
      const account = kept.holding?.account ?? unknownAccount;
      const shown = (state: QuarantineStateName, attention: boolean): StewardAttributes => ({
        state,
        account,
        attention,
        subject: quarantineSubject(kept.sha256, kept.sizeBytes, state),
      });
      if (kept.phase.name === 'ended') return shown(stateName(kept), false);
      return kept.holding === undefined ? shown('quarantined', true) : shown('held', false);
    },
    signals: [
      onSignal(quarantinedSignal, 'The same bytes arrived; sent by the ingress', (message) => ({
        type: 'arrived',
        message: readable(message),
      })),
      onSignal(heldSettledSignal, 'What becomes of held bytes; sent by the workflow that asks for all', (message) => {
        const action = message?.action;
        return action === 'replay' || action === 'discard' ? { type: 'settled', action } : undefined;
      }),
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

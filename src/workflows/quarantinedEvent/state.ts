import type { RedeliveryResult } from '../../delivery/eventDelivery.ts';
import { recordCommand } from '../shared/audit.ts';
import type { AuditEntry, OperatorCommand } from '../shared/commands.ts';
import type { Notice } from '../shared/notices.ts';
import type { QuarantinePolicy } from './defaults.ts';
import type { QuarantinedEventInput, QuarantineMessage } from './contract.ts';
import { endingNotice, openingNotice } from './notices.ts';

/** How quarantined bytes end. */
export type QuarantineEnd = 'replayed' | 'discarded' | 'expired';

/** What the workflow does now. */
export type QuarantinePhase =
  | { readonly name: 'quarantined' }
  | { readonly name: 'replaying' }
  | { readonly name: 'ended'; readonly end: QuarantineEnd };

/** All that is known of the bytes, without them: plain JSON, carried through continue-as-new. */
export interface QuarantineCase {
  readonly version: 1;
  readonly sha256: string;
  readonly envelope: QuarantinedEventInput['envelope'];
  readonly sizeBytes: number;
  readonly keepUntilMs: number;
  readonly phase: QuarantinePhase;
  /** True where they were given up while a replay was under way, whose answer is waited for. */
  readonly pendingEnd: boolean;
  /** Arrivals of the same bytes. */
  readonly count: number;
  /** ISO 8601. */
  readonly firstReceivedAt: string;
  /** Why they could not be handled, as the last reader said. */
  readonly reason: string;
  readonly deliveredTo: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** What can happen to quarantined bytes. */
export type QuarantineEvent =
  | { readonly type: 'arrived'; readonly message: QuarantineMessage }
  | { readonly type: 'replay' | 'discard' | 'cancel'; readonly command: OperatorCommand }
  | { readonly type: 'redelivered'; readonly result: RedeliveryResult }
  | { readonly type: 'redeliveryFailed' | 'effectFailed'; readonly sentence: string }
  | { readonly type: 'keepElapsed' };

/** The state after a message, and the notices that it makes the workflow send. */
export interface QuarantineTransition {
  readonly kept: QuarantineCase;
  readonly notices: readonly Notice[];
}

/** What a transition may know beside the state. */
export interface QuarantineContext {
  readonly policy: QuarantinePolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const keptNotes = 20;

/** The number of bytes that a base64 text stands for. */
function decodedBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((base64.length * 3) / 4) - padding);
}

/** The state of bytes whose arrival was not told yet. */
export function newQuarantine(input: QuarantinedEventInput, { policy, nowMs }: QuarantineContext): QuarantineCase {
  return {
    version: 1,
    sha256: input.sha256,
    envelope: input.envelope,
    sizeBytes: decodedBytes(input.bytesBase64),
    keepUntilMs: nowMs + policy.keepMs,
    phase: { name: 'quarantined' },
    pendingEnd: false,
    count: 0,
    firstReceivedAt: new Date(nowMs).toISOString(),
    reason: 'not told',
    deliveredTo: [],
    audit: [],
    notes: [],
  };
}

/** The word for the state column, and the result of a closed run. */
export function stateName({ phase }: QuarantineCase): 'quarantined' | 'replaying' | QuarantineEnd {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/**
 * Whether an operator's command makes sense now.
 * @returns undefined where it does, else a sentence that says why not and what would.
 */
export function refusal({ phase }: QuarantineCase): string | undefined {
  switch (phase.name) {
    case 'quarantined':
      return undefined;
    case 'replaying':
      return 'The bytes are being replayed now; wait for the answer.';
    case 'ended':
      return `These bytes are closed as ${phase.end}; nothing more can be done here.`;
  }
}

const stay = (kept: QuarantineCase): QuarantineTransition => ({ kept, notices: [] });

function noted(kept: QuarantineCase, note: string): QuarantineCase {
  return kept.notes.includes(note) ? kept : { ...kept, notes: [...kept.notes, note].slice(-keptNotes) };
}

function finish(kept: QuarantineCase, end: QuarantineEnd): QuarantineTransition {
  const ended: QuarantineCase = { ...kept, phase: { name: 'ended', end } };
  return { kept: ended, notices: [endingNotice(ended, end)] };
}

function onArrived(
  before: QuarantineCase,
  { receivedAt, reason }: QuarantineMessage,
  { policy, nowMs }: QuarantineContext,
): QuarantineTransition {
  if (before.count > 0 && before.phase.name !== 'ended') return stay({ ...before, count: before.count + 1, reason });
  // Bytes that come back in the moment of closing are kept again, as they would be a moment later in a new run.
  const first: QuarantineCase = {
    ...before,
    phase: { name: 'quarantined' },
    pendingEnd: false,
    keepUntilMs: before.phase.name === 'ended' ? nowMs + policy.keepMs : before.keepUntilMs,
    count: before.count + 1,
    firstReceivedAt: receivedAt,
    reason,
  };
  return { kept: first, notices: [openingNotice(first)] };
}

function onCommand(
  before: QuarantineCase,
  type: 'replay' | 'discard' | 'cancel',
  command: OperatorCommand,
  nowMs: number,
): QuarantineTransition {
  const { phase } = before;
  if (phase.name === 'ended' || (type !== 'cancel' && refusal(before) !== undefined)) return stay(before);
  const name = type === 'cancel' ? 'discard' : type;
  const audit = recordCommand(before.audit, name, command, new Date(nowMs).toISOString());
  const kept: QuarantineCase = { ...before, audit };
  if (type === 'replay') return stay({ ...kept, phase: { name: 'replaying' } });
  // What is being replayed may have been delivered already.
  return phase.name === 'replaying' ? stay({ ...kept, pendingEnd: true }) : finish(kept, 'discarded');
}

/** Back to waiting, or to the end where the bytes were given up meanwhile. */
function notReplayed(kept: QuarantineCase): QuarantineTransition {
  return kept.pendingEnd ? finish(kept, 'discarded') : stay({ ...kept, phase: { name: 'quarantined' } });
}

function onRedelivered(kept: QuarantineCase, result: RedeliveryResult): QuarantineTransition {
  if (kept.phase.name !== 'replaying') return stay(kept);
  switch (result.outcome) {
    case 'delivered':
      return finish({ ...kept, deliveredTo: result.workflowIds }, 'replayed');
    case 'ignored':
      return finish(noted(kept, `They were read, and nothing is to be done with them: ${result.reason}`), 'replayed');
    case 'unreadable':
      return notReplayed(noted({ ...kept, reason: result.reason }, 'A replay could not read them either.'));
  }
}

/**
 * The state machine of quarantined bytes: pure and total. A message that makes no sense in the present phase changes
 * nothing.
 * @returns the state after the message, and the notices that it makes the workflow send.
 */
export function next(kept: QuarantineCase, event: QuarantineEvent, context: QuarantineContext): QuarantineTransition {
  switch (event.type) {
    case 'arrived':
      return onArrived(kept, event.message, context);
    case 'replay':
    case 'discard':
    case 'cancel':
      return onCommand(kept, event.type, event.command, context.nowMs);
    case 'redelivered':
      return onRedelivered(kept, event.result);
    case 'redeliveryFailed':
      if (kept.phase.name !== 'replaying') return stay(kept);
      return notReplayed(noted(kept, `A replay failed: ${event.sentence}`));
    case 'keepElapsed':
      return kept.phase.name === 'quarantined' && context.nowMs >= kept.keepUntilMs
        ? finish(kept, 'expired')
        : stay(kept);
    case 'effectFailed':
      return stay(noted(kept, event.sentence));
  }
}

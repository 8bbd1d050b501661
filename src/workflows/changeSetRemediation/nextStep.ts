import { secondMs } from '../shared/durations.ts';
import { readableTime } from '../shared/markdown.ts';
import type { LineageEnd } from './contract.ts';
import type { Phase } from './state.ts';

/** What the end of a lineage means, in a sentence. */
export const endSentences: Record<LineageEnd, string> = {
  succeeded: 'AWS applied the change set.',
  remediated: 'Fixed: AWS applied a successor of the change set.',
  resolvedElsewhere: 'Settled elsewhere; nothing more is submitted.',
  superseded: 'A newer change set takes its place; its own workflow handles it.',
  reported: 'The change set only validated: this is AWS’s verdict, and nothing was submitted.',
  cancelled: 'The change set was cancelled; nothing more is submitted.',
  abandoned: 'An operator abandoned it; nothing more is submitted.',
  expired: 'Nobody answered in time; nothing more is submitted.',
};

function readableMs(ms: number): string {
  return readableTime(new Date(ms).toISOString());
}

/** What happens next while no operator is asked, in a sentence; for a question, `adviceOf` says what fits. */
export function nextStep(phase: Phase): string {
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
      return 'The steward checks with AWS what went wrong.';
    case 'awaitingOutcome':
      return `Waiting for the outcome of ${phase.changeSetId}: its event, or the periodic poll.`;
    case 'backingOff':
      return `Submits attempt ${phase.attempt} after a wait of ${phase.delayMs / secondMs} seconds.`;
    case 'submitting':
      return `Attempt ${phase.attempt} is submitted as soon as a last check at AWS finds nothing in the way, as ${phase.authority === 'policy' ? 'the policy' : 'an operator'} decided.`;
    case 'awaitingBlocker': {
      const { blocker, sinceMs } = phase;
      const which = blocker === undefined ? 'what holds the entities' : `change set ${blocker.changeSetId}`;
      const started = blocker?.startTime === undefined ? '' : `, started ${readableTime(blocker.startTime)}`;
      return `Waiting since ${readableMs(sinceMs)} for ${which}${started}; this uses no attempt.`;
    }
    case 'awaitingDecision':
      return 'An operator decides.';
    case 'abandoning':
      return 'Nothing more is submitted; the lineage ends once no successor is in flight.';
    case 'ended':
      return endSentences[phase.end];
  }
}

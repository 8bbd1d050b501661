import { codesText, subjectOf } from '../shared/subjects.ts';
import type { ChangeSetOutcome, ChangeSetOutcomeMessage } from './contract.ts';
import { errorCodes, shownCode } from './policy.ts';
import { newestMember, nextAttempt, type ChangeSetCase, type DecisionReason } from './state.ts';

const outcomes: Readonly<Record<ChangeSetOutcome, string>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

const running = 'runs at AWS';

/** Why an operator is asked, where the code does not say it. */
const reasons: Readonly<Record<DecisionReason['kind'], string | undefined>> = {
  decision: undefined,
  modeObserve: 'observe mode',
  modeApprove: 'to be approved',
  dailyCap: 'daily cap',
  blockerRemains: 'blocked',
  submitRefused: 'submit refused',
  submitUnknown: 'submit unknown',
  outcomeMissing: 'no outcome',
  checkFailed: 'check failed',
};

/**
 * The subject of a change set as its event has it.
 * @param name of the change set; left out where no name may show, and where the event is about a successor.
 */
export function outcomeSubject(
  { outcome, failureCode }: Partial<Pick<ChangeSetOutcomeMessage, 'outcome' | 'failureCode'>>,
  originId: string,
  name: string | undefined,
): string {
  return subjectOf([name, originId], failureCode ?? (outcome === undefined ? running : outcomes[outcome]));
}

function codeOf(lineage: ChangeSetCase): string | undefined {
  const { diagnosis } = lineage;
  const codes = diagnosis === undefined ? [] : errorCodes(diagnosis).map(shownCode);
  return codesText(codes) ?? diagnosis?.failureCode ?? newestMember(lineage).failureCode;
}

function matterOf(lineage: ChangeSetCase): string | undefined {
  const { phase } = lineage;
  const code = codeOf(lineage);
  const joined = (words: string | undefined): string => [code, words].filter(Boolean).join(', ');
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
      return code;
    case 'awaitingOutcome':
      return newestMember(lineage).attempt === 0 ? running : joined(`attempt ${newestMember(lineage).attempt}`);
    case 'backingOff':
    case 'submitting':
      return joined(`attempt ${nextAttempt(lineage)}`);
    case 'awaitingBlocker':
      return joined('waits for another');
    case 'awaitingDecision':
      return joined(reasons[phase.reason.kind]) || 'needs a decision';
    case 'abandoning':
      return code;
    case 'ended':
      return phase.end === 'succeeded' || phase.end === 'remediated' || code === undefined ? phase.end : code;
  }
}

/**
 * The subject of a lineage: `Acme Scanner 4.4.3: SCAN_ERROR`.
 * @param named whether names of sellers may show; without them it is the id of the product or offer, or of the change set.
 */
export function changeSetSubject(lineage: ChangeSetCase, named: boolean): string {
  const { originId, originName, members, diagnosis } = lineage;
  const entityId = diagnosis?.changes.find((change) => change.entityId !== undefined)?.entityId?.split('@')[0];
  const names = named ? [originName ?? members[0].eventName, diagnosis?.entities?.[0]?.title] : [];
  return subjectOf([...names, entityId, originId], matterOf(lineage));
}

import { changeSetDefaults } from '../../../src/policies/defaults.ts';
import type {
  ChangeSetOutcome,
  ChangeSetOutcomeMessage,
  ConcurrentChanges,
  DiagnosedChange,
  Diagnosis,
  ChangeSetFollowed,
  WaitLasts,
} from '../../../src/workflows/changeSetRemediation/contract.ts';
import { next } from '../../../src/workflows/changeSetRemediation/transitions/next.ts';
import {
  newCase,
  type ChangeSetCase,
  type LineageEffect,
  type LineageMessage,
} from '../../../src/workflows/changeSetRemediation/state.ts';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

export const account = '123456789012';
export const catalog = 'AWSMarketplace';
export const originId = '76yesvf8y165pa4f98td2crtg';
export const endTime = '2026-11-01T12:00:00Z';
/** A minute after the origin ended. */
export const nowMs = Date.parse(endTime) + 60_000;
export const context = { policy: changeSetDefaults, nowMs };

/** What an activity found, where it did not end because it waits for long. */
export function ended<Found extends object | undefined>(answer: Found | (WaitLasts & ChangeSetFollowed)): Found {
  if (answer !== undefined && 'waitLasts' in answer) throw new Error(`it still waits: ${answer.waitLasts}`);
  return answer;
}

/** A change that may be submitted again. */
export const setChange: DiagnosedChange = {
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  entityId: 'prod-abc@4',
  errors: [],
  stale: [],
};

/** Nothing else happened to the entities. */
export const quiet: ConcurrentChanges = {
  newerSuccesses: [],
  newerFailures: [],
  running: [],
  externalChanges: [],
  staleRevisions: [],
};

/** A failed change set as a check shows it; by default one that is submitted again. */
export function diagnosis(values: Partial<Diagnosis> = {}): Diagnosis {
  return {
    changeSetId: originId,
    status: 'FAILED',
    name: 'Create my product',
    intent: 'APPLY',
    failureCode: 'SERVER_FAULT',
    startTime: '2026-11-01T11:00:00Z',
    endTime,
    changes: [setChange],
    concurrentChanges: quiet,
    ...values,
  };
}

/** An outcome as the ingress sends it. */
export function outcome(
  changeSetId: string,
  how: ChangeSetOutcome,
  values: Partial<ChangeSetOutcomeMessage> = {},
): LineageMessage {
  const message: ChangeSetOutcomeMessage = {
    eventId: `change-set:${changeSetId}:${how}`,
    account,
    catalog,
    changeSetId,
    outcome: how,
    startTime: '2026-11-01T11:00:00Z',
    endTime,
    ...(how === 'FAILED' ? { failureCode: 'SERVER_FAULT' } : {}),
    ...values,
  };
  return { type: 'outcome', message };
}

/** A lineage, and what it sent on its way: notices, foreign outcomes, questions about a success. */
interface Gone {
  readonly lineage: ChangeSetCase;
  readonly sent: ReadonlyArray<Notice | ChangeSetOutcomeMessage | Extract<LineageEffect, { type: 'describeSuccess' }>>;
}

/** Goes through messages from a new lineage. */
export function after(...messages: readonly LineageMessage[]): Gone {
  return from(newCase({ account, catalog, changeSetId: originId }), ...messages);
}

/** Goes through messages from a given state. */
export function from(start: ChangeSetCase, ...messages: readonly LineageMessage[]): Gone {
  return messages.reduce<Gone>(
    ({ lineage, sent }, message) => {
      const { state, notices, effects = [] } = next(lineage, message, context);
      const others = effects.map((effect) => (effect.type === 'deliverOutcome' ? effect.outcome : effect));
      return { lineage: state, sent: [...sent, ...notices, ...others] };
    },
    { lineage: start, sent: [] },
  );
}

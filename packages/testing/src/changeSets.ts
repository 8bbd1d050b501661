import { changeSetDefaults } from '../../../src/workflows/changeSetRemediation/defaults.ts';
import type {
  DiagnosedChange,
  Diagnosis,
  ConcurrentChanges,
} from '../../../src/workflows/changeSetRemediation/findings.ts';
import type {
  ChangeSetOutcome,
  ChangeSetOutcomeMessage,
} from '../../../src/workflows/changeSetRemediation/contract.ts';
import { next } from '../../../src/workflows/changeSetRemediation/transitions/next.ts';
import { newCase, type ChangeSetCase } from '../../../src/workflows/changeSetRemediation/state.ts';
import type { LineageEffect, LineageMessage } from '../../../src/workflows/changeSetRemediation/transitions/steps.ts';

export const account = '123456789012';
export const catalog = 'AWSMarketplace';
export const originId = '76yesvf8y165pa4f98td2crtg';
export const endTime = '2026-11-01T12:00:00Z';
/** A minute after the origin ended. */
export const nowMs = Date.parse(endTime) + 60_000;
export const context = { policy: changeSetDefaults, nowMs };

/** A change that may be sent again. */
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

/** A failed change set as a check shows it; by default one that is sent again. */
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

/** Goes through messages from a new lineage, and keeps what was sent. */
export function after(...messages: readonly LineageMessage[]): { lineage: ChangeSetCase; effects: LineageEffect[] } {
  return from(newCase({ account, catalog, changeSetId: originId }), ...messages);
}

/** Goes through messages from a given state, and keeps what was sent. */
export function from(
  start: ChangeSetCase,
  ...messages: readonly LineageMessage[]
): { lineage: ChangeSetCase; effects: LineageEffect[] } {
  const effects: LineageEffect[] = [];
  let lineage = start;
  for (const message of messages) {
    const transition = next(lineage, message, context);
    lineage = transition.lineage;
    effects.push(...transition.effects);
  }
  return { lineage, effects };
}

import type { CommandName } from '../shared/operatorCommands.ts';
import type { changeSetCommands, Diagnosis } from './contract.ts';
import type { SameInput } from './errorCodes/knowledge.ts';
import { explain } from './errorCodes.ts';
import { errorCodes } from './policy.ts';
import { leftInFlight, type ChangeSetCase, type DecisionReason, type PhaseOf } from './state.ts';
import { fitsMarker } from './lineage.ts';
import { commandsNow, tooLongToSubmit } from './transitions/refusals.ts';

type Command = CommandName<typeof changeSetCommands>;

/** What fits the reason for which an operator is asked. Commands that do not fit stay allowed. */
export interface Advice {
  readonly sentence: string;
  /** What fits best comes first. */
  readonly commands: readonly Command[];
}

/**
 * Whether an unchanged change set can pass later: all of its codes have to. One code that ends the same is enough to
 * refuse it again.
 * @returns undefined where AWS names no code.
 */
function sameInputOf(diagnosis: Diagnosis | undefined): SameInput | undefined {
  const each = diagnosis === undefined ? [] : errorCodes(diagnosis).map((code) => explain(code).sameInput);
  if (each.length === 0) return undefined;
  if (each.includes('endsTheSame')) return 'endsTheSame';
  return each.every((one) => one === 'canPass') ? 'canPass' : 'unknown';
}

function isOutOfDate({ changes, concurrentChanges }: Diagnosis): boolean {
  return changes.some(({ stale }) => stale.length > 0) || (concurrentChanges?.staleRevisions ?? []).length > 0;
}

/** Whether something newer than the change set touched its entities, whatever row decided. */
function hasNewerWork(diagnosis: Diagnosis | undefined): boolean {
  const { newerSuccesses = [], newerFailures = [], externalChanges = [] } = diagnosis?.concurrentChanges ?? {};
  return newerSuccesses.length + newerFailures.length + externalChanges.length > 0;
}

const sameInputFails: Advice = {
  sentence:
    'The same input fails again. Amend the details that AWS names, or submit a new change set and resolve this one with its id; else abandon it.',
  commands: ['amend', 'resolve', 'abandon'],
};

/** Nothing else was in the way: what to do follows from what AWS said. */
function byFailure(diagnosis: Diagnosis | undefined): Advice {
  switch (sameInputOf(diagnosis)) {
    case 'endsTheSame':
      return sameInputFails;
    case 'canPass':
      return {
        sentence: 'The same input can pass: put right what AWS names outside the change set, then retry.',
        commands: ['retry', 'resolve', 'abandon'],
      };
    case 'unknown':
      return {
        sentence:
          'Whether the same input can pass depends on AWS’s words: read them. Amend it; or retry it, where the cause lay outside the change set.',
        commands: ['amend', 'retry', 'resolve', 'abandon'],
      };
    case undefined:
      return diagnosis?.failureCode === 'CLIENT_ERROR'
        ? {
            sentence:
              'AWS refused the request and names no error. Check the request at AWS; then amend it, or retry it unchanged.',
            commands: ['amend', 'retry', 'resolve', 'abandon'],
          }
        : {
            sentence:
              'Retry submits it again, unchanged. Resolve it where it is settled already, amend it, or abandon it.',
            commands: ['retry', 'resolve', 'amend', 'abandon'],
          };
  }
}

/** Rows 6 and 7 do not trust a repeat, whatever the codes say: it comes last, and after a check. */
function byDoubt(row: 6 | 7, diagnosis: Diagnosis | undefined): Advice {
  const outside = sameInputOf(diagnosis) === 'canPass' ? ' Put right what AWS names outside the change set.' : '';
  const check =
    row === 6
      ? 'Check at AWS what was decided since, and what this change set would do today.'
      : 'Check at AWS that the entities still need this change set.';
  return {
    sentence: `${check}${outside} Then amend it, resolve it where it is settled, or abandon it. Retry only what you have checked: it submits the same input.`,
    commands: ['amend', 'resolve', 'abandon', 'retry'],
  };
}

/** The decision table asked. */
function byTable({ row }: DecisionReason, diagnosis: Diagnosis | undefined): Advice {
  const fails = sameInputOf(diagnosis) === 'endsTheSame';
  const doubted = row === 6 || row === 7;
  if (hasNewerWork(diagnosis)) {
    return fails
      ? {
          sentence:
            'Compare it with what is newer, and resolve it where that settles it. The same input fails again: else amend it, or abandon it.',
          commands: ['resolve', 'amend', 'abandon'],
        }
      : {
          sentence:
            'Compare it with what is newer, and resolve it where that settles it. A retry would be applied on top of that.',
          commands: doubted ? ['resolve', 'amend', 'abandon', 'retry'] : ['resolve', 'retry', 'amend', 'abandon'],
        };
  }
  if (fails) return sameInputFails;
  if (diagnosis !== undefined && isOutOfDate(diagnosis)) {
    return {
      sentence:
        'Unchanged, it carries what is out of date. Amend those details, or submit a new change set and resolve this one with its id; else abandon it.',
      commands: ['amend', 'resolve', 'abandon'],
    };
  }
  if (doubted) return byDoubt(row, diagnosis);
  return row === 9
    ? {
        sentence: 'Check first whether it took effect in part: resolve it where it did, else retry.',
        commands: ['resolve', 'retry', 'abandon'],
      }
    : byFailure(diagnosis);
}

const setMode = 'While the account is in observe mode, the steward refuses retry and approve.';

/** The commands that would submit are refused until somebody changes the mode: they are not what fits. */
function observing({ account, diagnosis, amendments }: ChangeSetCase): Advice {
  if (amendments.length === 0 && sameInputOf(diagnosis) === 'endsTheSame') {
    return {
      sentence: `${setMode} The same input fails again anyway: submit a new change set and resolve this one with its id, or abandon it.`,
      commands: ['resolve', 'abandon'],
    };
  }
  return {
    sentence: `${setMode} Resolve it once it is settled, or abandon it. To have it submitted, set accounts.${account}.mode to approve or auto, then retry.`,
    commands: ['resolve', 'abandon'],
  };
}

function byReason(lineage: ChangeSetCase, reason: DecisionReason): Advice {
  const { diagnosis } = lineage;
  switch (reason.kind) {
    case 'modeObserve':
      return observing(lineage);
    case 'modeApprove':
      return { sentence: 'Approve submits it; abandon ends it.', commands: ['approve', 'abandon'] };
    case 'dailyCap':
      return {
        sentence: 'Approve submits it all the same; abandon ends it.',
        commands: ['approve', 'abandon'],
      };
    case 'blockerRemains':
      return sameInputOf(diagnosis) === 'endsTheSame'
        ? sameInputFails
        : {
            sentence: 'Check at AWS what holds the entities. Retry submits it once they are free.',
            commands: ['retry', 'resolve', 'abandon'],
          };
    case 'submitRefused':
      return sameInputOf(diagnosis) === 'endsTheSame'
        ? sameInputFails
        : {
            sentence:
              'AWS did not take the submission. Amend what it names; or retry, where the cause lay outside the change set.',
            commands: ['amend', 'retry', 'resolve', 'abandon'],
          };
    case 'submitUnknown':
      return {
        sentence: 'AWS may have taken the attempt. Retry asks AWS first, and submits only what is not there.',
        commands: ['retry', 'abandon'],
      };
    case 'outcomeMissing':
      return {
        sentence: 'Check the request at AWS. Retry waits for its outcome again; abandon ends it.',
        commands: ['retry', 'abandon'],
      };
    case 'checkFailed':
      return { sentence: 'Retry checks again; abandon ends it.', commands: ['retry', 'abandon'] };
    case 'decision':
      return byTable(reason, diagnosis);
  }
}

function byPhase(lineage: ChangeSetCase, { proposal, reason }: PhaseOf<'awaitingDecision'>): Advice {
  if (lineage.pendingEnd !== undefined) {
    return {
      sentence: 'Nothing more is submitted. Retry checks again; abandon ends it.',
      commands: ['retry', 'abandon'],
    };
  }
  if (proposal !== undefined) {
    const original = sameInputOf(lineage.diagnosis) === 'endsTheSame' ? '' : ' Retry submits the original unchanged.';
    const mode =
      reason.kind === 'modeObserve'
        ? ` ${setMode} Set accounts.${lineage.account}.mode to approve or auto first, then approve.`
        : '';
    return {
      sentence: `Check what the proposal changes: approve submits it, another amend replaces it.${original}${mode}`,
      commands: ['approve', 'amend', 'abandon'],
    };
  }
  const asked = leftInFlight(lineage) !== undefined || reason.retryLeadsTo !== 'submit';
  if (asked && reason.kind !== 'submitUnknown' && reason.kind !== 'outcomeMissing') {
    return { sentence: 'Retry checks again; abandon ends it.', commands: ['retry', 'abandon'] };
  }
  if (!asked && !fitsMarker(lineage.originId)) return { sentence: tooLongToSubmit, commands: ['resolve', 'abandon'] };
  return byReason(lineage, reason);
}

/** What fits, of the commands that are taken now; undefined where no operator is asked. */
export function adviceOf(lineage: ChangeSetCase): Advice | undefined {
  const { phase } = lineage;
  if (phase.name !== 'awaitingDecision') return undefined;
  const { sentence, commands } = byPhase(lineage, phase);
  const taken = commandsNow(lineage);
  return { sentence, commands: commands.filter((name) => taken.includes(name)) };
}

/** The commands that are taken now: those that fit first, then the others in the order of their declaration. */
export function commandsByFit(lineage: ChangeSetCase): readonly Command[] {
  return [...new Set([...(adviceOf(lineage)?.commands ?? []), ...commandsNow(lineage)])];
}

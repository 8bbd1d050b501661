import { defined } from '../../defined.ts';
import { dayMs } from '../shared/durations.ts';
import { vendorText } from '../shared/markdown.ts';
import { terminalLine } from '../shared/operatorCommands.ts';
import { adviceOf } from './advice.ts';
import { changeSetCommands, type DiagnosedChange, type Diagnosis } from './contract.ts';
import type { ChangeSetPolicy } from './policyValues.ts';
import { losesEntityTags, repeatHasNoEntityTags } from './entityTags.ts';
import { explain } from './errorCodes.ts';
import { nextStep } from './nextStep.ts';
import { errorCodes, shownCode } from './policy.ts';
import { knownValues } from './proposals.ts';
import type { ChangeSetReport, ReportedChange } from './reportShape.ts';
import { newestMember, type ChangeSetCase } from './state.ts';
import { expiryMs } from './transitions/followed.ts';
import { waitSentences } from './waits.ts';

/** In characters; a diagnosis is bounded where it is made, and once more here: a signal or an old run may bring another. */
const longest = { words: 500, sentence: 1_000, name: 100, code: 72, type: 100, id: 255 };
/** AWS takes twenty changes (API model). */
const most = { changes: 20, errorsOfChange: 50, outOfDate: 10 };

/** How long AWS shows a change set after its end: ListChangeSets, “for 60 days after completion” (API reference). */
const shownByAwsMs = 60 * dayMs;

/**
 * The page of one request in the AWS Marketplace Management Portal. AWS documents the page of all requests at this
 * address; sellers' own tools (awsmp, release workflows) add the change set's id to it.
 */
const requestsPage = 'https://aws.amazon.com/marketplace/management/requests/';

/** The address of a change set in AWS's portal. */
export function portalLink(changeSetId: string): string {
  // Only what an id can hold (API model, ChangeSetId): an address must not bring in anything else.
  return `${requestsPage}${changeSetId.replaceAll(/[^\w-]/g, '').slice(0, longest.id)}`;
}

function titleOf({ entityId }: DiagnosedChange, { entities = [] }: Diagnosis): string | undefined {
  const id = entityId?.split('@')[0];
  const title = entities.find((entity) => entity.entityId === id)?.title;
  return title === undefined ? undefined : vendorText(title, longest.name);
}

function reportedChange(change: DiagnosedChange, index: number, diagnosis: Diagnosis): ReportedChange {
  const { changeType, entityType, entityId, errors, stale } = change;
  const shown = errors.slice(0, most.errorsOfChange);
  const moreErrors = (change.moreErrors ?? 0) + errors.length - shown.length;
  return {
    index,
    changeType: vendorText(changeType, longest.type),
    entityType: vendorText(entityType, longest.type),
    ...defined({
      entityId: entityId === undefined ? undefined : vendorText(entityId, longest.id),
      title: titleOf(change, diagnosis),
      moreErrors: moreErrors > 0 ? moreErrors : undefined,
    }),
    errors: shown.map(({ code, message }) => {
      const { sentence: meaning, nextStep: whatToDo, sameInput } = explain(code);
      const words = vendorText(message, longest.words);
      return {
        code: codeText(code),
        meaning,
        ...defined({ words: words === '' ? undefined : words }),
        whatToDo,
        sameInput,
      };
    }),
    outOfDate: stale.slice(0, most.outOfDate).map((text) => vendorText(text, longest.name * 2)),
  };
}

const codeText = (code: string): string => shownCode(vendorText(code, longest.code));

function staleRevisions({ concurrentChanges }: Diagnosis): readonly string[] {
  return (concurrentChanges?.staleRevisions ?? [])
    .slice(0, most.outOfDate)
    .map(({ entityId, made, latest }) =>
      vendorText(`${entityId} was changed at revision ${made} and is at ${latest} now`, longest.words),
    );
}

function shownUntil(endTime: string | undefined): string | undefined {
  const endMs = Date.parse(endTime ?? '');
  return Number.isNaN(endMs) ? undefined : new Date(endMs + shownByAwsMs).toISOString();
}

/** What AWS showed of the change set; empty where it was not checked yet. */
function failureIn(
  diagnosis: Diagnosis | undefined,
): Pick<ChangeSetReport, 'status' | 'intent' | 'failureCode' | 'failureDescription' | 'endedAt' | 'shownByAwsUntil'> &
  Pick<ChangeSetReport, 'codes' | 'changes' | 'outOfDate'> {
  if (diagnosis === undefined) return { codes: [], changes: [], outOfDate: [] };
  const text = (value: string | undefined): string | undefined =>
    value === undefined || value === '' ? undefined : vendorText(value, longest.words);
  const { status, intent, failureCode, failureDescription, endTime, changes } = diagnosis;
  return {
    ...defined({
      status: text(status),
      intent: text(intent),
      failureCode: text(failureCode),
      failureDescription: text(failureDescription),
      endedAt: text(endTime),
      shownByAwsUntil: shownUntil(endTime),
    }),
    codes: [...new Set(errorCodes(diagnosis).map(codeText))].slice(0, most.changes * most.errorsOfChange),
    changes: changes.slice(0, most.changes).map((change, index) => reportedChange(change, index, diagnosis)),
    outOfDate: staleRevisions(diagnosis),
  };
}

type Expiry = Pick<ChangeSetPolicy, 'expireAfterMs'>;

function questionOf({ phase, diagnosis }: ChangeSetCase, policy: Expiry | undefined): ChangeSetReport['question'] {
  if (phase.name !== 'awaitingDecision' || policy === undefined) return undefined;
  const { reason, repeatAtMs } = phase;
  const { heldBack } = reason;
  const iso = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : new Date(ms).toISOString();
  return {
    why: vendorText(reason.sentence, longest.sentence),
    openUntil: new Date(expiryMs(phase, policy)).toISOString(),
    ...defined({
      row: reason.row,
      wouldHaveSubmitted: heldBack && {
        attempt: heldBack.attempt,
        at: new Date(heldBack.atMs).toISOString(),
        ...defined({ row: heldBack.row }),
      },
      submittedAgainAt: iso(repeatAtMs),
      cannotRepeat: reason.retryLeadsTo === 'submit' && losesEntityTags(diagnosis) ? repeatHasNoEntityTags : undefined,
    }),
  };
}

/**
 * Makes the one value that details, notices, `show` and the status query report of a lineage. Every list and text in it is
 * bounded; of AWS's addresses it holds no more than the hosts.
 * @param policy when questions expire; without it the report leaves the question out.
 */
export function reportOf(lineage: ChangeSetCase, policy?: Expiry): ChangeSetReport {
  const { account, originId, originName, diagnosis, members } = lineage;
  const changeSetId = diagnosis?.changeSetId ?? newestMember(lineage).changeSetId;
  const name = diagnosis?.name ?? originName;
  const advice = adviceOf(lineage);
  const known = knownValues(lineage);
  return {
    account,
    changeSetId,
    attempt: members.find((member) => member.changeSetId === changeSetId)?.attempt ?? 0,
    link: portalLink(changeSetId),
    ...failureIn(diagnosis),
    ...defined({
      name: name === undefined ? undefined : vendorText(name, longest.name),
      question: questionOf(lineage, policy),
    }),
    nextStep: {
      sentence: advice?.sentence ?? [nextStep(lineage.phase), ...waitSentences(lineage)].join(' '),
      commands: (advice?.commands ?? []).map((command) =>
        terminalLine(command, changeSetCommands[command], originId, known),
      ),
    },
  };
}

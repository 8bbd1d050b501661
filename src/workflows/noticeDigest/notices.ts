import { digestOf } from '../shared/digest.ts';
import { count, digestNotice, shownTitles, type Sum } from '../shared/digests.ts';
import type { Notice, NoticeSeverity } from '../shared/notices.ts';
import { accountAttribute, stateAttribute } from '../shared/searchAttributes.ts';
import { observedMatter, type GroupedNotice } from './contract.ts';
import type { DigestCase } from './state.ts';

const kinds: readonly Notice['kind'][] = ['opening', 'reminder', 'resolution', 'report', 'acknowledgement'];
const severities: readonly NoticeSeverity[] = ['critical', 'warning', 'information'];

const plurals: Record<Notice['kind'], string> = {
  opening: 'openings',
  reminder: 'reminders',
  resolution: 'resolutions',
  report: 'reports',
  acknowledgement: 'acknowledgements',
};

/** How many of each kind, most urgent first. */
export function sumOf(notices: readonly GroupedNotice[]): Sum {
  const counted = kinds.map((kind) => ({ kind, count: notices.filter((notice) => notice.kind === kind).length }));
  const parts = counted
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => ({ count, what: count === 1 ? kind : plurals[kind] }));
  return { what: 'in all', parts };
}

/** A digest closes nothing: what only says that matters are over is a report, which pages nobody. */
function kindOf(notices: readonly GroupedNotice[]): Notice['kind'] {
  return kinds.slice(0, 2).find((kind) => notices.some((notice) => notice.kind === kind)) ?? 'report';
}

/** A digest of what observe mode kept back is a list: so many lines beside those that say how many more there are. */
export const shownObserved = 16;

/** How many of the notices that wait keep their titles: the state is carried, so no more than a digest shows. */
export function titlesShown({ subject }: Pick<DigestCase, 'subject'>): number {
  return subject.matter === observedMatter ? shownObserved : shownTitles;
}

/**
 * The one notice in place of those that wait, or, of what observe mode kept back, beside them, through the channel that they
 * were for. Its identity is made of theirs: a run that was reset may gather others under the same number.
 */
export function digestOfWaiting(digest: DigestCase, firstAt: string): Notice {
  const { workflowId, waiting, digests } = digest;
  const id = `${workflowId}:${firstAt}:${digests + 1}:${digestOf(waiting.map((one) => one.id).join('\n'))}`;
  return digest.subject.matter === observedMatter ? observedDigest(digest, id) : floodDigest(digest, id);
}

/** The list of what still waits (question 7 of a shift, `src/delivery/shift.ts`), of one account. */
function observedQuery(account: string): string {
  const quoted = account.replace(/[\\"]/g, (character) => `\\${character}`);
  return `ExecutionStatus="Running" AND ${stateAttribute.name}="observed" AND ${accountAttribute.name}="${quoted}"`;
}

function observedDigest({ workflowId, subject, waiting }: DigestCase, id: string): Notice {
  const { channel, account } = subject;
  const attempts = `${count(waiting.length)} ${waiting.length === 1 ? 'attempt' : 'attempts'}`;
  const shown = waiting.slice(0, shownObserved).flatMap(({ title }) => (title === '' ? [] : [title]));
  const left = waiting.length - shown.length;
  return {
    id,
    kind: 'report',
    severity: 'information',
    account,
    workflowId,
    through: channel,
    title: `Observe mode kept back ${attempts} of account ${account} that auto mode would have submitted`,
    lines: [...shown, ...(left === 0 ? [] : [`… and ${count(left)} more: steward show ${workflowId}`])],
    decisions: waiting.map((one) => one.id),
    lists: [{ title: 'What would it have done?', query: observedQuery(account) }],
    nextStep: `See which still wait: steward list --state observed --account ${account}. If you agree with all of them, set accounts.${account}.mode to approve or auto (docs/going-live.md, Leave observe). The workers follow the file; what was kept back waits for your retry.`,
  };
}

function floodDigest({ workflowId, subject, waiting }: DigestCase, id: string): Notice {
  const { channel, account, matter } = subject;
  return digestNotice({
    id,
    kind: kindOf(waiting),
    severity: severities.find((severity) => waiting.some((notice) => notice.severity === severity)) ?? 'information',
    account,
    workflowId,
    through: channel,
    title: `${waiting.length} more ${waiting.length === 1 ? 'notice' : 'notices'} of account ${account} (${matter})`,
    sum: sumOf(waiting),
    decisions: waiting,
    nextStep: 'List what needs a decision: steward list --attention',
  });
}

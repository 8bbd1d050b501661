import { digestOf } from '../shared/digest.ts';
import { digestNotice, type Sum } from '../shared/digests.ts';
import type { Notice, NoticeSeverity } from '../shared/notices.ts';
import type { GroupedNotice } from './contract.ts';
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

/**
 * The one notice in place of those that wait, through the channel that they were for. Its identity is made of theirs: a run
 * that was reset may gather others under the same number.
 */
export function floodDigest({ workflowId, subject, waiting, digests }: DigestCase, firstAt: string): Notice {
  const { channel, account, matter } = subject;
  return digestNotice({
    id: `${workflowId}:${firstAt}:${digests + 1}:${digestOf(waiting.map(({ id }) => id).join('\n'))}`,
    kind: kindOf(waiting),
    severity: severities.find((severity) => waiting.some((notice) => notice.severity === severity)) ?? 'information',
    account,
    workflowId,
    through: channel,
    title: `${waiting.length} more notices of account ${account} (${matter})`,
    sum: sumOf(waiting),
    decisions: waiting,
    nextStep: 'List what needs a decision: steward list --attention',
  });
}

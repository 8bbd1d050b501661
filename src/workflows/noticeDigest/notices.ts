import type { Notice, NoticeSeverity } from '../shared/notices.ts';
import type { GroupedNotice } from './contract.ts';
import type { DigestCase } from './state.ts';

/** Titles that a digest shows beside the identities. */
const shownTitles = 5;
/** Channels that operators read show 20 lines of 500 characters. */
const identityText = { lines: 13, lineCharacters: 480 };

const kinds: readonly Notice['kind'][] = ['opening', 'reminder', 'resolution', 'report', 'acknowledgement'];
const severities: readonly NoticeSeverity[] = ['critical', 'warning', 'information'];

const plurals: Record<Notice['kind'], string> = {
  opening: 'openings',
  reminder: 'reminders',
  resolution: 'resolutions',
  report: 'reports',
  acknowledgement: 'acknowledgements',
};

/** How many of each kind, most urgent first: the sum is the number of notices. */
export function countsOf(notices: readonly GroupedNotice[]): string {
  const counted = kinds.map((kind) => [kind, notices.filter((notice) => notice.kind === kind).length] as const);
  return counted
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${count === 1 ? kind : plurals[kind]}`)
    .join(', ');
}

/** A digest closes nothing: what only says that matters are over is a report, which pages nobody. */
function kindOf(notices: readonly GroupedNotice[]): Notice['kind'] {
  return kinds.slice(0, 2).find((kind) => notices.some((notice) => notice.kind === kind)) ?? 'report';
}

/** The identities of further notices, many to a line, as far as a channel that operators read shows them. */
function identityLines(ids: readonly string[], workflowId: string): readonly string[] {
  const lines: string[] = [];
  let shown = 0;
  for (const id of ids) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + id.length + 2 <= identityText.lineCharacters) {
      lines[lines.length - 1] = `${last}, ${id}`;
    } else if (lines.length < identityText.lines) lines.push(id);
    else break;
    shown += 1;
  }
  const left = ids.length - shown;
  return left === 0 ? lines : [...lines, `… and ${left} more, which the status of ${workflowId} names.`];
}

/** The one notice in place of those that wait, through the channel that they were for. */
export function digestNotice({ workflowId, subject, waiting, digests }: DigestCase, firstAt: string): Notice {
  const { channel, account, matter } = subject;
  return {
    id: `${workflowId}:${firstAt}:${digests + 1}`,
    kind: kindOf(waiting),
    severity: severities.find((severity) => waiting.some((notice) => notice.severity === severity)) ?? 'information',
    account,
    workflowId,
    through: channel,
    title: `${waiting.length} more notices of account ${account} (${matter})`,
    lines: [
      `${waiting.length} in all: ${countsOf(waiting)}.`,
      ...waiting.slice(0, shownTitles).map(({ title, id }) => `${title} (${id})`),
      ...identityLines(
        waiting.slice(shownTitles).map(({ id }) => id),
        workflowId,
      ),
    ],
    decisions: waiting.map(({ id }) => id),
    nextStep: 'List what needs a decision: steward list --attention',
  };
}

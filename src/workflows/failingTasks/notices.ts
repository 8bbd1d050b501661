import { vendorText } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { failingTasksWorkflowId } from './contract.ts';
import { groupKey, type KnownGroup } from './state.ts';

/** In characters. */
const longest = { message: 300, id: 200 };

/** What stands in the place of an account, as with events that nobody can read: the workflows are of any. */
export const noAccount = 'unknown';

/** `1 workflow`, `3 workflows` */
export function workflowCount(count: number): string {
  return `${count} ${count === 1 ? 'workflow' : 'workflows'}`;
}

/** How a workflow whose task fails goes on. */
export const wayOut =
  'Deploy a worker that does not fail here: the server repeats the task, and the workflows go on automatically. ' +
  'List them: steward list --attention. Each with its way out: steward show <id>.';

function noticeOf(group: KnownGroup, part: string): Pick<Notice, 'id' | 'account' | 'workflowId'> {
  return identityOf(failingTasksWorkflowId, noAccount, `${groupKey(group)}:${group.since}:${part}`);
}

/** The one notice of a group, however many workflows it has or gets. */
export function openingNotice(group: KnownGroup): Notice {
  const { workflowType, cause, message, count, workflowIds } = group;
  const more = count > workflowIds.length ? ' and more' : '';
  return {
    ...noticeOf(group, 'failing'),
    kind: 'opening',
    severity: 'critical',
    title: `Workflows of type ${workflowType} stand still: their task fails (${cause})`,
    lines: [
      `${workflowCount(count)}: ${workflowIds.map((id) => vendorText(id, longest.id)).join(', ')}${more}.`,
      ...(message === undefined ? [] : [`The worker said: ${vendorText(message, longest.message)}`]),
      'Their events are kept, and nothing of theirs is done meanwhile.',
    ],
    nextStep: wayOut,
  };
}

/** The notice that none of a group fails any more. */
export function resolutionNotice(group: KnownGroup): Notice {
  return {
    ...noticeOf(group, 'end'),
    kind: 'resolution',
    severity: 'information',
    title: `No workflow of type ${group.workflowType} fails any more by ${group.cause}`,
    lines: ['Their tasks complete again, or they have ended.'],
    nextStep: 'Nothing to do: what waited goes on automatically.',
  };
}

import { details, plain, readableTime } from '../shared/markdown.ts';
import type { FailingTasksStatus } from './contract.ts';
import { wayOut, workflowCount } from './notices.ts';
import { stateName, type FailingTasks } from './state.ts';

const headings = {
  failing: 'Needs you: workflows stand still, because their task fails',
  recovered: 'No workflow task fails any more',
  abandoned: 'Cancelled: nothing checks the workflow tasks',
} as const;

function nextStep(tasks: FailingTasks): string {
  if (tasks.phase.name === 'failing') return wayOut;
  return 'Nothing to do. Another failing task starts this workflow again.';
}

/** The workflow's details in markdown. */
export function failingTasksDetails(tasks: FailingTasks): string {
  return details([
    `## ${headings[stateName(tasks)]}`,
    `**Next:** ${plain(nextStep(tasks), 500)}`,
    '',
    ...tasks.groups.map(
      ({ workflowType, cause, count, since }) =>
        `- **${plain(workflowType)}:** ${workflowCount(count)}, ${plain(cause)}, since ${readableTime(since)}`,
    ),
    ...tasks.notes.slice(-5).map((note) => `- note: ${plain(note, 300)}`),
  ]);
}

/** The same for programs. */
export function failingTasksStatus(tasks: FailingTasks): FailingTasksStatus {
  return { state: stateName(tasks), groups: tasks.groups, notes: tasks.notes, nextStep: nextStep(tasks) };
}

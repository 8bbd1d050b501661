import { codesText, subjectOf } from '../shared/subjects.ts';
import type { FailingTasksStateName } from './contract.ts';

/** The subject of failing tasks: `Workflow tasks fail: changeSetRemediation and 1 more`. */
export function failingTasksSubject(workflowTypes: readonly string[], state: FailingTasksStateName): string {
  return subjectOf(['Workflow tasks fail'], state === 'failing' ? codesText([...new Set(workflowTypes)]) : state);
}

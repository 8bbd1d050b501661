import type { QueryDefinition } from '@temporalio/common';
import type { OperatorCommands } from './operatorCommands.ts';

/** What every status query gives at least. */
export interface CaseStatus {
  /** As `StewardState` shows it. */
  readonly state: string;
  readonly nextStep: string;
}

/** What others need to know of a workflow to find it, to ask it and to command it. */
export interface WorkflowContract<Status extends CaseStatus = CaseStatus> {
  /** The workflow type, as registered in the bundle. */
  readonly type: string;
  /** What the ids of its workflows begin with. */
  readonly idPrefixes: readonly string[];
  readonly statusQuery: QueryDefinition<Status>;
  readonly commands: OperatorCommands;
}

import type { QueryDefinition } from '@temporalio/common';
import type { AuditEntry, OperatorCommands } from './operatorCommands.ts';

/** What every run starts from. */
export interface CaseInput<Policy> {
  readonly version: 1;
  /** The whole policy, as delivery writes it; by hand, the values that differ from the configuration's, if any. */
  readonly policy?: Partial<Policy>;
}

/** What every status query gives at least. */
export interface CaseStatus<State extends string = string> {
  /** As `StewardState` shows it. */
  readonly state: State;
  readonly nextStep: string;
  readonly notes: readonly string[];
}

/** The same of a workflow that takes commands. */
export interface CommandedStatus<State extends string, Command extends string = string> extends CaseStatus<State> {
  /** The commands that are taken now. */
  readonly commands: readonly Command[];
  readonly audit: readonly AuditEntry[];
}

/** What others need to know of a workflow to find it, to ask it and to command it. */
export interface WorkflowContract<Status extends CaseStatus = CaseStatus> {
  /** The workflow type, as registered in the bundle. */
  readonly type: string;
  /** What the ids of its workflows begin with. */
  readonly idPrefixes: readonly string[];
  /** Every state, as `StewardState` shows it. */
  readonly states: Readonly<Record<Status['state'], true>>;
  readonly statusQuery: QueryDefinition<Status>;
  readonly commands: OperatorCommands;
  /** True where its workflows mostly do not end: they are moved to a new version of the workers at once. */
  readonly stays?: true;
}

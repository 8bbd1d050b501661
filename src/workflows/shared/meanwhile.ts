import { condition, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { CaseStatus, WorkflowContract } from './contract.ts';
import { unfitProblem } from './fitForHistory.ts';
import { updateDescription, type CommandAnswer, type CommandInput } from './operatorCommands.ts';
import { newRefusal } from './refusal.ts';

/** Takes a command of this name, as the open case does. */
type TakeCommand = (type: string, command: CommandInput) => Promise<CommandAnswer>;

/** What came before a case has opened. */
export interface Meanwhile {
  /** Has the commands that wait taken. The case calls it once its own handlers stand. */
  readonly open: (take: TakeCommand) => void;
}

/**
 * Answers for a workflow whose policy is not known yet: the status query, and commands, which wait until the case has opened.
 * The SDK keeps signals without a handler; updates without one it would refuse.
 */
export function answerMeanwhile({
  statusQuery,
  commands,
}: Pick<WorkflowContract, 'statusQuery' | 'commands'>): Meanwhile {
  let taking: TakeCommand | undefined;
  const status: CaseStatus = {
    state: 'starting',
    nextStep: 'Waits until a worker has read the policy from its configuration; signals and commands are taken then.',
    notes: [],
  };
  setHandler(defineQuery<CaseStatus>(statusQuery.name), () => status, { description: 'The workflow starts' });
  for (const [type, declared] of Object.entries(commands)) {
    const take = async (command: CommandInput): Promise<CommandAnswer> => {
      await condition(() => taking !== undefined);
      if (taking === undefined) throw newRefusal('The workflow has not started yet. Send the command again.');
      return taking(type, command);
    };
    const validator = (command: CommandInput): void => {
      const problem = unfitProblem(declared, command);
      if (problem !== undefined) throw newRefusal(problem);
    };
    setHandler(defineUpdate<CommandAnswer, [CommandInput]>(type), take, {
      description: updateDescription(declared),
      validator,
    });
  }
  return {
    open(take) {
      taking = take;
    },
  };
}

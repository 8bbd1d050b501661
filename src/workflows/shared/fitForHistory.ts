import { inputProblem, type CommandInput, type OperatorCommand } from './operatorCommands.ts';
import { holdsSecret } from './secrets/forms.ts';

/**
 * Why texts that an operator typed may go to no history, log or notice: one of them holds a secret, or reads like one. The
 * sentence repeats nothing of it.
 * @param texts by the names of their fields, such as actor and reason.
 */
export function secretTextProblem(texts: object): string | undefined {
  const field = Object.entries(texts).find(([, text]) => typeof text === 'string' && holdsSecret([], text))?.[0];
  return (
    field &&
    `"${field}" holds a secret, or reads like one: a record would keep it, and logs and notices could show it. Say the same without it.`
  );
}

/** Why no history may have the data of a command, in a sentence that repeats nothing of it. A replay never asks. */
export function historyProblem(
  { fields, unfitForHistory }: Pick<OperatorCommand, 'fields' | 'unfitForHistory'>,
  data: CommandInput & Readonly<Record<string, unknown>>,
): string | undefined {
  const { actor, reason } = data;
  const texts = fields.filter(({ kind }) => kind !== 'changeDetails').map(({ name }) => [name, data[name]]);
  return secretTextProblem({ actor, reason, ...Object.fromEntries(texts) }) ?? unfitForHistory?.(data);
}

/** What keeps a command's data out of the history: another form than its declaration, or what no history may have. */
export function unfitProblem(command: OperatorCommand, data: CommandInput): string | undefined {
  return inputProblem(data, command.fields) ?? historyProblem(command, { ...data });
}

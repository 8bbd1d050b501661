import { InvalidArgumentError, type Command } from 'commander';
import type { CommandContext } from './command.ts';
import type { DlqFlags, RedriveFlags } from './dlq.ts';
import { positiveInteger, said } from './options.ts';

const listHelp = `
It reads the queues of the configuration, and asks Amazon SQS; it needs sqs:GetQueueAttributes on both queues, and
sqs:ListMessageMoveTasks on the dead-letter queue for the column LAST MOVE. It receives no message.

Examples:
  steward dlq list --config steward.yaml
  steward dlq list --config steward.yaml --json`;

const redriveHelp = `
Amazon SQS moves the messages (StartMessageMoveTask): it needs sqs:StartMessageMoveTask, sqs:ReceiveMessage,
sqs:DeleteMessage and sqs:GetQueueAttributes on the dead-letter queue, and sqs:SendMessage on the queue. Mend the cause
first, or they come back. The ingress recognises repeats.

Examples:
  steward dlq redrive --config steward.yaml
  steward dlq redrive 111122223333/steward --rate 10 --config steward.yaml`;

/** The most that SQS takes (StartMessageMoveTask, MaxNumberOfMessagesPerSecond). */
const highestRate = 500;

/** Adds `steward dlq` with its commands. */
export function addDlq(program: Command, context: CommandContext): void {
  const group = program.command('dlq').description('see the dead-letter queues of Amazon SQS, and move messages back');
  shared(group.command('list'))
    .description('list the queues of the configuration with their dead-letter queues')
    .argument('[queue]', 'one queue, as account/name or by its name', said('id'))
    .addHelpText('after', listHelp)
    .action((queue: string | undefined, flags: DlqFlags) =>
      context.run(flags, async () => (await import('./dlq.ts')).listDeadLetters(queue, flags, context)),
    );
  shared(group.command('redrive'))
    .description('move the messages of a dead-letter queue back to the queue that they came from')
    .argument('[queue]', 'the queue, as account/name or by its name; needed where there are several', said('id'))
    .option('--rate <n>', `at most so many a second, up to ${highestRate} (as fast as SQS can by default)`, rate)
    .addHelpText('after', redriveHelp)
    .action((queue: string | undefined, flags: RedriveFlags) =>
      context.run(flags, async () => (await import('./dlq.ts')).redriveDeadLetters(queue, flags, context)),
    );
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration file (else STEWARD_CONFIG)')
    .option('--json', 'print one JSON document and nothing else');
}

function rate(text: string): number {
  const value = positiveInteger(text);
  if (value <= highestRate) return value;
  throw new InvalidArgumentError(`A whole number from 1 to ${highestRate} is needed.`);
}

import { Option, type Command } from 'commander';
import { usageProblem, type CommandContext } from './command.ts';
import type { EmitFlags } from './emit.ts';
import type { EmitTestFlags } from './emitTest.ts';
import { accountId, addTemporalFlags, positiveInteger, spoken } from './options.ts';

/** What only a test event has, as commander names it. */
const testOnly = ['account', 'region', 'bus', 'profile', 'role', 'externalId', 'wait'] as const;

/** Adds `steward emit`. */
export function addEmit(program: Command, context: CommandContext): void {
  const ingress = new Option('--ingress <url>', "the ingress's base address (else that of a running npm start)");
  const header = new Option('--header <line>', "credential as 'name: value', or @file with that line");
  const plainHttp = new Option('--plain-http', 'send in clear to another machine, in a network that nobody else reads');
  const envelope = new Option('--envelope <envelope>', 'how the event is wrapped');
  const profile = new Option('--profile <name>', 'a profile of the AWS CLI (else what the AWS SDK finds)');
  const test = new Option('--test', 'put a test event on the bus of an AWS account, and wait until it arrives');
  const command = program
    .command('emit')
    .description('send one event to the ingress or straight to Temporal; or send a test event the whole way')
    .argument('[file]', 'a file with one event, sent as it is, or - for standard input')
    .addOption(envelope.choices(['eventbridge', 'webhook']))
    .addOption(ingress.conflicts('direct'))
    .addOption(header.conflicts('direct'))
    .addOption(plainHttp.conflicts('direct'))
    .option('--direct', 'deliver it to Temporal without an ingress, by the same rules; needs a configuration')
    .addOption(test.conflicts(['envelope', 'ingress', 'header', 'plainHttp', 'direct']))
    .option('--account <id>', 'with --test: the AWS account', accountId)
    .option('--region <name>', 'with --test: the region of the bus (us-east-1 by default)', spoken)
    .option('--bus <name>', 'with --test: the name of the bus (default by default)', spoken)
    .addOption(profile.argParser(spoken).conflicts('role'))
    .option('--role <arn>', 'with --test: a role to assume', spoken)
    .option('--external-id <text>', 'with --role: what its trust policy asks for', spoken)
    .option('--wait <seconds>', 'with --test: how long to wait for it (60 by default)', positiveInteger)
    .option('--config <file>', 'the configuration of --direct and --test (else STEWARD_CONFIG)')
    .option('--json', 'print the answer as one JSON document and nothing else')
    .addHelpText(
      'after',
      `
A test event goes by rule and queue, or by API destination, to a workflow of its own (testEvent), which ends at once. It
reaches nothing else and sends no notice. It needs events:PutEvents on the bus.

Examples:
  steward emit packages/testing/fixtures/events/changeSetFailed.json
  steward emit event.json --ingress https://events.example.com --header @key.txt
  cat event.json | steward emit - --envelope webhook --direct --config steward.yaml
  steward emit --test --account 111122223333 --profile seller --config steward.yaml`,
    );
  addTemporalFlags(command).action((file: string | undefined, flags: EmitFlags & Partial<EmitTestFlags>) =>
    context.run(flags, async () => {
      const { account } = flags;
      if (flags.test !== true) {
        const stray = testOnly.find((name) => flags[name] !== undefined);
        if (stray !== undefined) {
          const option = stray.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
          throw usageProblem(`--${option} is for test events: add --test. Nothing was sent.`);
        }
        if (file === undefined) throw usageProblem('Name a file with one event, or send a test event with --test.');
        return (await import('./emit.ts')).emit(file, flags, context);
      }
      if (file !== undefined) throw usageProblem('A test event has no file: leave it out. Nothing was sent.');
      if (account === undefined) throw usageProblem('--test needs --account: the AWS account whose bus it goes to.');
      return (await import('./emitTest.ts')).emitTest({ ...flags, account }, context);
    }),
  );
}

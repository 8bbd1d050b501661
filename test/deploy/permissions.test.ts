import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readTemplate, resourcesWith, templateNames, templateText } from './cloudFormation.ts';

const root = join(__dirname, '..', '..');

/** What IAM calls the services of the AWS SDK's clients. */
const prefixes: Readonly<Record<string, string>> = {
  'marketplace-catalog': 'aws-marketplace',
  eventbridge: 'events',
  sqs: 'sqs',
  sns: 'sns',
};

/** Operations that have no action of their own (Service Authorization Reference, Amazon SQS). */
const actionOf: Readonly<Record<string, string>> = {
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
};

/** Actions that no operation of the code is named like, and the operation that asks for them. */
const asksFor: Readonly<Record<string, readonly string[]>> = {
  // Where it has ChangeSetTags (AWS Marketplace API reference, access control for the Catalog API).
  'aws-marketplace:StartChangeSet': ['aws-marketplace:TagResource'],
  // SQS receives, deletes and sends in the caller's name (Amazon SQS API reference, StartMessageMoveTask).
  'sqs:StartMessageMoveTask': ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'],
};

/** `steward doctor` reads more where it may, and says so where not: the roles of the steward need nothing of it. */
const doctorFolder = 'src/doctor/';
/** What it calls beside what worker and ingress call. */
const doctorReads = [
  'events:ListRules',
  'events:ListTargetsByRule',
  'iam:SimulatePrincipalPolicy',
  'sts:GetCallerIdentity',
];

/** What the roles of the template need not allow. */
const elsewhere = [
  // On the topic of the notices, which is the operators' own.
  'sns:Publish',
  // Of the operator who sends a test event: the steward puts no event.
  'events:PutEvents',
];

/** Only these change anything at AWS Marketplace. */
const submits = ['aws-marketplace:StartChangeSet', 'aws-marketplace:TagResource'];

const importStatement = /import\s+(?!type)(?:\w+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]@aws-sdk\/client-([a-z-]+)['"]/g;

/** The operations that a text imports commands of, `{service}:{operation}`. */
function operationsIn(text: string): string[] {
  return [...text.matchAll(importStatement)].flatMap(([, names = '', client = '']) => {
    const commands = [...names.matchAll(/(?<!type\s+)(?<![\w$])([A-Z]\w*)Command\b/g)];
    return commands.map(([, operation]) => `${prefixes[client] ?? `unknown client ${client}`}:${operation}`);
  });
}

/** sqs-consumer makes calls of its own; the code says with its options which of them. */
function consumerFiles(): string[] {
  const entry = createRequire(__filename).resolve('sqs-consumer');
  return globSync('**/*.js', { cwd: dirname(entry) }).map((name) => join(dirname(entry), name));
}

function usedActions(): string[] {
  const own = globSync('src/**/*.ts', { cwd: root }).filter((name) => !name.startsWith(doctorFolder));
  const texts = [...own.map((name) => join(root, name)), ...consumerFiles()].map((path) => readFileSync(path, 'utf8'));
  const commonJs = texts.flatMap((text) =>
    text.includes('client_sqs_1')
      ? [...text.matchAll(/client_sqs_1\.(\w+)Command\b/g)].map(([, name]) => `sqs:${name}`)
      : [],
  );
  const named = [...texts.flatMap(operationsIn), ...commonJs].map((operation) => actionOf[operation] ?? operation);
  const all = new Set(named.flatMap((action) => [action, ...(asksFor[action] ?? [])]));
  return [...all].filter((action) => !elsewhere.includes(action)).toSorted();
}

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

/** Every action that the roles of a template allow, or one of them, or those on one resource. */
function allowedActions(
  parameters: Readonly<Record<string, string>>,
  role?: string,
  template: (typeof templateNames)[number] = 'seller.yaml',
  onResource?: string,
): string[] {
  const resources = Object.entries(resourcesWith(readTemplate(template), parameters));
  const statements = resources.flatMap(([name, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::Role' || (role !== undefined && name !== role)) return [];
    const { Policies } = Properties as unknown as {
      readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
    };
    return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  });
  expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true);
  const asked = statements.filter(
    ({ Resource }) => onResource === undefined || JSON.stringify(Resource).includes(`"${onResource}.Arn"`),
  );
  return [...new Set(asked.flatMap(({ Action }) => Action))].toSorted();
}

const readOnly = () => usedActions().filter((action) => !submits.includes(action));

describe('the roles of seller.yaml allow what the code calls, and nothing else', () => {
  test('the code is read: each of its AWS clients, and what sqs-consumer calls', () => {
    const used = usedActions();
    expect(used.filter((action) => action.startsWith('unknown'))).toEqual([]);
    expect(used).toEqual(
      expect.arrayContaining([
        'aws-marketplace:DescribeAssessment',
        'aws-marketplace:ListEntities',
        'aws-marketplace:StartChangeSet',
        'sqs:ReceiveMessage',
        'sqs:StartMessageMoveTask',
      ]),
    );
    expect(operationsIn("import { type ACommand, BCommand as C } from '@aws-sdk/client-sqs';")).toEqual(['sqs:B']);
    expect(operationsIn("import {\n  $Command,\n  ACommand,\n} from '@aws-sdk/client-sns';")).toEqual(['sns:A']);
  });

  test('steward doctor only reads: the reads of the worker, and those of its own that docs/command.md names', () => {
    const names = globSync(`${doctorFolder}**/*.ts`, { cwd: root });
    const texts = names.map((name) => readFileSync(join(root, name), 'utf8'));
    const forms = texts.flatMap((text) => [
      ...(text.includes("Action: 'GetCallerIdentity'") ? ['sts:GetCallerIdentity'] : []),
      ...(text.includes("Action: 'SimulatePrincipalPolicy'") ? ['iam:SimulatePrincipalPolicy'] : []),
    ]);
    const called = [...new Set([...texts.flatMap(operationsIn), ...forms])];
    const observed = allowedActions({ Mode: 'observe' }, 'MarketplaceRole');
    expect(called.filter((action) => !observed.includes(action)).toSorted()).toEqual(doctorReads);
    expect(texts.flatMap((text) => text.match(/Action: '\w+'/g) ?? [])).toHaveLength(2);
    const page = readFileSync(join(root, 'docs', 'command.md'), 'utf8');
    expect(doctorReads.filter((action) => !page.includes(action))).toEqual([]);
  });

  test('no other way leads from src to AWS: whole imports of a client, and other packages of the SDK', () => {
    const files = globSync('src/**/*.ts', { cwd: root }).map(
      (name) => [name, readFileSync(join(root, name), 'utf8')] as const,
    );
    const named = /import\s+(?:type\s+)?\{[^}]*\}\s*from\s*'@aws-sdk\/client-/g;
    const others = files.filter(
      ([, text]) => (text.match(/@aws-sdk\/client-/g)?.length ?? 0) !== (text.match(named)?.length ?? 0),
    );
    expect(others.map(([name]) => name)).toEqual([]);
    const packages = files.flatMap(([, text]) =>
      [...text.matchAll(/'@aws-sdk\/(?!client-)([^']+)'/g)].map(([, name]) => name),
    );
    // It assumes the roles: going-live.md gives the steward sts:AssumeRole, and each role trusts the steward.
    expect(new Set(packages)).toEqual(new Set(['credential-providers']));
    expect(readFileSync(join(root, 'docs', 'going-live.md'), 'utf8')).toContain('"Action": "sts:AssumeRole"');
  });

  test('what an operator needs for a test event is in the documents, and in no role', () => {
    expect(readFileSync(join(root, 'docs', 'going-live.md'), 'utf8')).toContain('events:PutEvents');
    for (const name of templateNames) expect(templateText(name)).not.toContain('events:PutEvents');
  });

  test('observe, which is the default, only reads', () => {
    expect(allowedActions({ Mode: 'observe' })).toEqual(readOnly());
    expect(allowedActions({})).toEqual(readOnly());
  });

  test.each(['approve', 'auto'])('%s submits as well', (Mode) => {
    expect(allowedActions({ Mode })).toEqual(usedActions());
  });

  test('the role of the queue has nothing of AWS Marketplace, and the other one nothing of the queue', () => {
    const of = (role: string, service: string) =>
      allowedActions({ Mode: 'auto' }, role).every((action) => action.startsWith(`${service}:`));
    expect(of('QueueRole', 'sqs')).toBe(true);
    expect(of('MarketplaceRole', 'aws-marketplace')).toBe(true);
  });

  test.each(['seller.yaml', 'buy-with-prime.yaml'] as const)('%s: each queue is for its own calls', (template) => {
    const moving = ['sqs:ListMessageMoveTasks', 'sqs:StartMessageMoveTask'];
    const ofQueues = usedActions().filter((action) => action.startsWith('sqs:'));
    const on = (queue: string) => allowedActions({}, 'QueueRole', template, queue);
    expect(on('EventQueue')).toEqual(ofQueues.filter((action) => !moving.includes(action)));
    const onDeadLetters = [...moving, ...(asksFor['sqs:StartMessageMoveTask'] ?? [])].toSorted();
    expect(on('DeadLetterQueue')).toEqual(onDeadLetters.filter((action) => action !== 'sqs:SendMessage'));
    expect(on('UndeliveredQueue')).toEqual([]);
  });

  test('a key and a role for AMIs add their own actions, the latter never in observe', () => {
    const [KmsKeyArn, AmiAccessRoleArn] = [
      'arn:aws:kms:us-east-1:111122223333:key/k',
      'arn:aws:iam::111122223333:role/a',
    ];
    expect(allowedActions({ KmsKeyArn, AmiAccessRoleArn })).toEqual(
      [...readOnly(), 'kms:Decrypt', 'kms:GenerateDataKey'].toSorted(),
    );
    expect(allowedActions({ Mode: 'approve', AmiAccessRoleArn })).toEqual(
      [...usedActions(), 'iam:PassRole'].toSorted(),
    );
  });

  test('the role of the queue of Buy with Prime allows the same, and EventBridge may post to the ingress and no more', () => {
    expect(allowedActions({}, undefined, 'buy-with-prime.yaml')).toEqual(allowedActions({}, 'QueueRole'));
    expect(allowedActions({}, undefined, 'http.yaml')).toEqual(['events:InvokeApiDestination']);
  });

  test.each(templateNames)('%s gives the reason of each action, and none is a wildcard', (name) => {
    const lines = templateText(name).split('\n');
    const actions = lines.flatMap((line, index) => (/^ +- [a-z-]+:[A-Z*]\w*$/.test(line) ? [index] : []));
    const bare = actions.filter((index) => !/^ +# \S/.test(lines[index - 1] ?? ''));
    expect(bare.map((index) => lines[index])).toEqual([]);
    expect(lines.filter((line) => /^ +- [a-z-]+:.*\*/.test(line))).toEqual([]);
  });

  test('docs/accounts.md prints the policy of observe', () => {
    const [, json = ''] =
      /## Permissions[\s\S]*?```json\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs', 'accounts.md'), 'utf8')) ??
      [];
    const { Statement } = JSON.parse(json) as { readonly Statement: readonly Statement[] };
    const documented = Statement.flatMap(({ Action }) => Action).toSorted();
    expect(documented).toEqual(allowedActions({}, 'MarketplaceRole'));
  });
});

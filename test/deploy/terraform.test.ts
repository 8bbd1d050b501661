import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPythonTool } from '@marketplace-steward/testing/python/pythonTool';
import { runCommand } from '@marketplace-steward/testing/temporal/temporalWheels';
import { awsFolder, readTemplate, resourcesWith, templateNames, type Value } from './cloudFormation.ts';

type Members = Readonly<Record<string, Value>>;

/** A module, as python-hcl2 reads it: blocks by kind, texts without their quotes, expressions as `${…}`. */
interface Module {
  readonly locals: Members;
  readonly variables: Readonly<Record<string, Members>>;
  readonly outputs: readonly string[];
  /** By type and name. */
  readonly resources: Readonly<Record<string, Members>>;
}

type Blocks = readonly Readonly<Record<string, Value>>[];

const terraform = join(awsFolder, 'terraform');
const moduleNames = ['seller', 'http', 'buy-with-prime', 'queue'] as const;
type ModuleName = (typeof moduleNames)[number];
/** Which modules make what a template makes. */
const pairs: readonly (readonly [(typeof templateNames)[number], readonly ModuleName[]])[] = [
  ['seller.yaml', ['seller', 'queue']],
  ['http.yaml', ['http']],
  ['buy-with-prime.yaml', ['buy-with-prime', 'queue']],
];
const [installWithinMs, readWithinMs] = [300_000, 60_000];

const unquotedText = (text: string): string => (/^".*"$/s.test(text) ? (JSON.parse(text) as string) : text);

function unquoted(value: Value): Value {
  if (typeof value === 'string') return unquotedText(value);
  if (Array.isArray(value)) return value.map(unquoted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== '__is_block__');
  return Object.fromEntries(members.map(([key, each]) => [unquotedText(key), unquoted(each)]));
}

const merged = (blocks: Blocks = []): Members => Object.assign({}, ...blocks) as Members;

async function readModule(packages: string, name: ModuleName): Promise<Module> {
  const program = join(packages, 'bin', 'hcl2tojson');
  const environment = { ...process.env, PYTHONPATH: packages, PYTHONWARNINGS: 'ignore' };
  const path = join(terraform, name, 'main.tf');
  const { ok, output } = await runCommand('python3', [program, '--quiet', path], readWithinMs, environment);
  if (!ok) throw new Error(`${path} cannot be read: ${output}`);
  const read = unquoted(JSON.parse(output) as Value) as Readonly<Record<string, Blocks>>;
  const resources = (read['resource'] ?? []).flatMap((block) =>
    Object.entries(block).flatMap(([type, named]) =>
      Object.entries(named as Members).map(([each, members]) => [`${type}.${each}`, members] as const),
    ),
  );
  return {
    locals: merged(read['locals']),
    variables: merged(read['variable']) as Module['variables'],
    outputs: (read['output'] ?? []).flatMap((block) => Object.keys(block)),
    resources: Object.fromEntries(resources) as Module['resources'],
  };
}

let modules: Readonly<Record<ModuleName, Module>>;
beforeAll(async () => {
  const packages = await installPythonTool('python-hcl2');
  const read = await Promise.all(moduleNames.map(async (name) => [name, await readModule(packages, name)] as const));
  modules = Object.fromEntries(read) as Readonly<Record<ModuleName, Module>>;
}, installWithinMs);

const snakeCase = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
const localsOf = (names: readonly ModuleName[]) => merged(names.map((name) => modules[name].locals));
const everything = {
  Mode: 'auto',
  KmsKeyArn: 'a key',
  AmiAccessRoleArn: 'a role',
  ArchiveDays: 9,
};
const ofType = (template: (typeof templateNames)[number], type: string) =>
  Object.values(resourcesWith(readTemplate(template), everything)).flatMap(({ Type, Properties }) =>
    Type === type ? [Properties as Members] : [],
  );

test('each folder is read', () => {
  expect(globSync('*/*.tf', { cwd: terraform }).toSorted()).toEqual(
    moduleNames.map((name) => join(name, 'main.tf')).toSorted(),
  );
});

test.each(pairs)('%s and its modules have the same sources and detail-types', (template, names) => {
  const { pattern } = localsOf(names);
  for (const type of ['AWS::Events::Rule', 'AWS::Events::Archive']) {
    for (const { EventPattern } of ofType(template, type)) expect(pattern).toEqual(EventPattern);
  }
  const rules = Object.entries(merged(names.map((name) => modules[name].resources))).filter(([name]) =>
    /_event_(rule|archive)\./.test(name),
  );
  expect(rules.length).toBe(
    ofType(template, 'AWS::Events::Rule').length + ofType(template, 'AWS::Events::Archive').length,
  );
  for (const [, rule] of rules) expect(rule).toMatchObject({ event_pattern: '${jsonencode(local.pattern)}' });
});

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
}

test.each(pairs)('%s and its modules allow the same actions, statement by statement', (template, names) => {
  const statements = ofType(template, 'AWS::IAM::Role').flatMap(({ Policies }) =>
    (
      Policies as unknown as readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[]
    ).flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  );
  const expected = statements.map(({ Sid, Action }) => [`${snakeCase(Sid)}_actions`, Action]);
  const found = Object.entries(localsOf(names)).filter(([name]) => name.endsWith('_actions'));
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  const policies = names.flatMap((name) =>
    Object.entries(modules[name].resources).flatMap(([resource, { policy }]) =>
      resource.startsWith('aws_iam_role_policy.') ? [JSON.stringify(policy)] : [],
    ),
  );
  for (const { Sid } of statements) {
    const users = policies.filter((policy) => policy.includes(`Action = local.${snakeCase(Sid)}_actions`));
    expect([Sid, users.length]).toEqual([Sid, 1]);
    expect(users[0]).toContain(`Sid = \\"${Sid}\\"`);
  }
});

test('the module submits in approve and auto only, and passes a role in those only', () => {
  const { locals, resources } = modules.seller;
  expect(locals).toMatchObject({
    submits: '${var.mode != "observe"}',
    passes_ami_role: '${local.submits && var.ami_access_role_arn != ""}',
  });
  expect(modules.seller.variables['mode']).toMatchObject({ default: 'observe' });
  const counts = Object.entries(resources).flatMap(([name, { count, policy }]) =>
    name.startsWith('aws_iam_role_policy.') ? [[/local\.(\w+)_actions/.exec(JSON.stringify(policy))?.[1], count]] : [],
  );
  expect(counts).toEqual([
    ['observe', undefined],
    ['submit', '${local.submits ? 1 : 0}'],
    ['pass_ami_role', '${local.passes_ami_role ? 1 : 0}'],
  ]);
});

/** The resources of a type in a module, with its locals in place of what names them. */
function resourcesOf(name: ModuleName, type: string): readonly Members[] {
  const { resources, locals } = modules[name];
  const found = Object.entries(resources).flatMap(([each, members]) => (each.startsWith(`${type}.`) ? [members] : []));
  return found.map((members) =>
    Object.fromEntries(
      Object.entries(members).map(([key, value]) => {
        const local = typeof value === 'string' ? /^\$\{local\.(\w+)\}$/.exec(value)?.[1] : undefined;
        return [key, local === undefined ? value : (locals[local] ?? null)];
      }),
    ),
  );
}
const suffixOf = (name: Value | undefined): string =>
  JSON.stringify(name).match(/-(dead-letters|undelivered)"/)?.[1] ?? '';

test.each([
  ['seller.yaml', 'queue'],
  ['http.yaml', 'http'],
] as const)('the queues of %s and of %s keep, hide and encrypt alike', (template, name) => {
  const expected = ofType(template, 'AWS::SQS::Queue').map((queue) => [
    suffixOf(queue['QueueName']),
    queue['MessageRetentionPeriod'],
    queue['VisibilityTimeout'],
    (queue['RedrivePolicy'] as Members | undefined)?.['maxReceiveCount'],
    'RedriveAllowPolicy' in queue,
  ]);
  const queues = resourcesOf(name, 'aws_sqs_queue');
  const found = queues.map((queue) => {
    const received = /maxReceiveCount = ([0-9]+)/.exec(JSON.stringify(queue['redrive_policy'] ?? ''))?.[1];
    return [
      suffixOf(queue['name']),
      queue['message_retention_seconds'],
      queue['visibility_timeout_seconds'],
      received === undefined ? undefined : Number(received),
      'redrive_allow_policy' in queue,
    ];
  });
  expect(found).toEqual(expected);
  for (const queue of queues) {
    expect(queue).toMatchObject({
      kms_master_key_id: '${var.kms_key_arn == "" ? null : var.kms_key_arn}',
      sqs_managed_sse_enabled: '${var.kms_key_arn == "" ? true : null}',
    });
  }
});

test('the modules admit whom the templates admit: the rule to the queue, the steward with its external id to the roles', () => {
  const policies = moduleNames.flatMap((name) => resourcesOf(name, 'aws_sqs_queue_policy'));
  const allowing = policies
    .map(({ policy }) => JSON.stringify(policy).replaceAll('\\"', '"'))
    .filter((policy) => policy.includes('"Allow"'));
  expect(allowing).toHaveLength(2);
  for (const policy of allowing) {
    expect(policy.match(/"Allow"/g)).toHaveLength(1);
    expect(policy).toContain('Principal = {Service = "events.amazonaws.com"}, Action = "sqs:SendMessage", Resource =');
    expect(policy).toMatch(/ArnEquals = \{"aws:SourceArn" = (var\.rule_arn|aws_cloudwatch_event_rule\.this\.arn)\}/);
  }
  expect(policies.every(({ policy }) => JSON.stringify(policy).includes('aws:SecureTransport'))).toBe(true);
  const trusts = (['seller', 'queue'] as const).flatMap((name) => resourcesOf(name, 'aws_iam_role'));
  expect(trusts).toHaveLength(2);
  for (const { assume_role_policy: trust } of trusts) {
    const text = JSON.stringify(trust).replaceAll('\\"', '"');
    expect(text).toContain(
      'Statement = [{Effect = "Allow", Principal = {AWS = var.steward_principal_arn}, Action = "sts:AssumeRole", ' +
        'Condition = {StringEquals = {"sts:ExternalId" = var.external_id}}}]',
    );
  }
});

test.each(['seller', 'http', 'buy-with-prime'] as const)(
  '%s: what EventBridge cannot deliver within a day goes to a queue',
  (name) => {
    expect(resourcesOf(name, 'aws_cloudwatch_event_target')).toMatchObject([
      {
        retry_policy: [{ maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 }],
        dead_letter_config: [{ arn: expect.stringContaining('undelivered') as string }],
      },
    ]);
  },
);

test('the alarms are those of seller.yaml', () => {
  const expected = ofType('seller.yaml', 'AWS::CloudWatch::Alarm').map((alarm) => [
    JSON.stringify(alarm['AlarmName']).match(/\$\{Name\}-([a-z-]+)/)?.[1],
    {
      metric: alarm['MetricName'],
      threshold: alarm['Threshold'],
      period: alarm['Period'],
      periods: alarm['EvaluationPeriods'],
      description: alarm['AlarmDescription'],
    },
  ]);
  expect(modules.queue.locals['alarms']).toMatchObject(Object.fromEntries(expected) as object);
  expect(Object.keys(modules.queue.locals['alarms'] as Members)).toHaveLength(expected.length);
});

test.each(pairs)(
  '%s and its module take the same settings, within the same bounds, and give the same outputs',
  (template, names) => {
    const { Parameters, Outputs = {} } = readTemplate(template);
    const [name = 'seller'] = names;
    const { variables, outputs } = modules[name];
    const expected = Object.entries(Parameters).map(([parameter, { Default }]) => [snakeCase(parameter), Default]);
    const found = Object.entries(variables).map(([variable, { default: given }]) => [variable, given]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    for (const [parameter, { AllowedPattern }] of Object.entries(Parameters)) {
      if (AllowedPattern === undefined) continue;
      const condition = JSON.stringify(variables[snakeCase(parameter)]);
      expect(condition).toContain(JSON.stringify(`regex(${JSON.stringify(AllowedPattern)}`).slice(1, -1));
      // The most that Terraform's expressions repeat.
      for (const [, most] of AllowedPattern.matchAll(/\{[0-9]+,([0-9]+)\}/g))
        expect(Number(most)).toBeLessThanOrEqual(1_000);
    }
    expect(outputs.toSorted()).toEqual(Object.keys(Outputs).map(snakeCase).toSorted());
  },
);

test.each(moduleNames)('%s gives the reason of each action', (name) => {
  const lines = readFileSync(join(terraform, name, 'main.tf'), 'utf8').split('\n');
  const actions = lines.flatMap((line, index) => (/^ +"[a-z-]+:[A-Z]\w*",$/.test(line) ? [index] : []));
  expect(actions.filter((index) => !/^ +# \S/.test(lines[index - 1] ?? '')).map((index) => lines[index])).toEqual([]);
});

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendOperatorCommand } from '../../src/cli/bulkCommand.ts';
import { CommandProblem, exitCodes } from '../../src/cli/command.ts';
import { cutShortAs } from '../../src/cli/outcome.ts';
import { amendmentQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { taskQueues } from '../../src/workflows/shared/taskQueues.ts';
import { runSteward, answeredSteward, startSteward, type Ended } from '@marketplace-steward/testing/steward';
import { account } from '@marketplace-steward/testing/changeSets';
import { historyText } from '@marketplace-steward/testing/history';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { changeSetWorld, failedChangeSet, finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const ui = 'http://127.0.0.1:8233';
const operator = ['--actor', 'ann', '--reason', 'the image is in place now'];

let world: StewardWorld;
let folder: string;
beforeAll(async () => {
  world = await changeSetWorld();
  folder = mkdtempSync(join(tmpdir(), 'steward-cli-'));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  world.mode = 'auto';
});

const there = (): string[] => ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
const steward = (...words: string[]): Promise<Ended> =>
  (words[0] === 'show' ? answeredSteward : runSteward)([...words, ...there()], { folder });
const parsed = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;
const submits = (): number => world.simulator.control.log({ operation: 'StartChangeSet' }).length;

/** A change set that failed by the client's fault, whose workflow awaits an operator. */
async function awaitingDecision(values: { readonly details?: string } = {}): Promise<string> {
  const errors = [{ code: 'INVALID_INPUT', message: 'The image does not exist.' }];
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors, ...values });
  await world.receive(event);
  await untilListed(changeSetId, 'awaitingDecision');
  return changeSetId;
}

/** Until the list shows it: visibility follows a moment after the workflow. */
async function untilListed(changeSetId: string, state: string): Promise<void> {
  const query = `WorkflowId="${changeSetWorkflowId(changeSetId)}" AND StewardState="${state}"`;
  await until(async () => ((await world.temporal.client.workflow.count(query)).count > 0 ? true : undefined));
}

/** Its state is final a moment before its workflow ends. */
async function untilEnded(changeSetId: string): Promise<void> {
  const handle = world.temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  await until(async () => (await handle.describe()).status.name === 'COMPLETED');
}

describe('steward list', () => {
  it('shows what needs an operator, with a link, and nothing else', async () => {
    const changeSetId = await awaitingDecision();
    const id = changeSetWorkflowId(changeSetId);
    const ended = await steward('list', '--attention', '--limit', '500', '--ui', ui, '--json');
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    const { rows } = JSON.parse(ended.stdout) as { rows: Array<Record<string, unknown>> };
    const row = rows.find(({ workflowId }) => workflowId === id);
    expect(row).toMatchObject({
      type: 'changeSetRemediation',
      status: 'RUNNING',
      state: 'awaitingDecision',
      attention: true,
      attempt: 0,
      link: `${ui}/namespaces/${world.temporal.namespace}/workflows/${encodeURIComponent(id)}/${row?.['runId'] as string}/user-metadata`,
    });
    expect(rows.every(({ attention }) => attention === true)).toBe(true);

    const lines = (await steward('list', '--attention')).stdout.split('\n');
    const column = lines[0]?.indexOf('ID') ?? -1;
    expect(lines.find((line) => line.includes(changeSetId))?.lastIndexOf(changeSetId)).toBe(column);
    expect(lines.find((line) => line.includes(changeSetId))).toMatch(/^decide +.* +awaiting/);
    expect(lines.join('\n')).not.toContain('\u001b');
  });

  it('filters by what the value says, whatever is in it', async () => {
    await awaitingDecision();
    const other = await steward('list', '--account', 'x" OR StewardAttention=true OR StewardAccount="\\', '--json');
    expect(other.exitCode).toBe(0);
    expect(JSON.parse(other.stdout)).toMatchObject({ total: 0, shown: 0, rows: [] });
  });

  it('says that there is more than the limit', async () => {
    await awaitingDecision();
    await awaitingDecision();
    const ended = await steward('list', '--limit', '1', '--json');
    const { next, ...document } = JSON.parse(ended.stdout) as { next: string };
    expect(document).toMatchObject({ shown: 1, rows: [{}] });
    expect(ended.stderr).toMatch(
      /^1 of \d+: \d+ to decide.* More: --limit \d+, or narrow the list\. Next page: --page \S+\n$/,
    );
    const second = await steward('list', '--limit', '1', '--json', '--page', next);
    expect(JSON.parse(second.stdout)).toMatchObject({ shown: 1, rows: [{}] });
    expect(await steward('list', '--page', `${next}x`)).toMatchObject({ exitCode: 2 });
  });

  it('ends with 3 for a namespace that is not there', async () => {
    const words = ['list', '--address', world.temporal.address, '--namespace', 'nowhere'];
    const ended = await runSteward(words, { folder });
    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ended.stderr).toContain('has no namespace nowhere');
  });

  it('finds the server of a running npm start, its namespace and its Web UI, and says so', async () => {
    const { address: temporal, namespace } = world.temporal;
    const credential = { header: 'x-steward-key', value: 'the secret of a sender' };
    const credentials = { eventbridge: credential, webhook: credential };
    mkdirSync(join(folder, '.steward'), { recursive: true });
    const endpoints = { ingress: 'http://127.0.0.1:1', temporal, namespace, ui, credentials };
    writeFileSync(join(folder, '.steward', 'endpoints.json'), JSON.stringify(endpoints));
    const id = changeSetWorkflowId(await awaitingDecision());
    const ended = await runSteward(['show', id, '--json'], { folder });
    expect(parsed(ended)).toMatchObject({ workflowId: id, link: expect.stringContaining(`${ui}/namespaces/`) });
    expect(ended.stderr).toContain(`Temporal at ${temporal}`);
  });
});

describe('steward show', () => {
  it('shows a case by the id of its change set, with the ready commands', async () => {
    const changeSetId = await awaitingDecision();
    const id = changeSetWorkflowId(changeSetId);
    const document = parsed(await steward('show', changeSetId, '--json'));
    expect(document).toMatchObject({
      workflowId: id,
      state: 'awaitingDecision',
      source: 'query',
      details: { attempt: 0, members: [{ attempt: 0, changeSetId, outcome: 'FAILED' }] },
      // What fits the code comes first: the same input fails again.
      commands: ['amend', 'resolve', 'abandon', 'retry'].map((command) =>
        expect.stringMatching(new RegExp(`^steward ${command} ${id} `)),
      ),
    });
    const { stdout } = await steward('show', id);
    expect(stdout).toContain(`${id}  awaitingDecision`);
    // The same words as in the Web UI.
    expect(stdout).toContain('\nNeeds a decision: ');
    expect(stdout).toContain(`\n- the original: ${changeSetId} FAILED\n`);
    expect(stdout).toMatch(/^started: \d{4}-\d\d-\d\d \d\d:\d\d UTC \(\d+ (s|min) ago\)$/m);
    expect(stdout).not.toMatch(/[{}]|\*\*|`/);
    expect(stdout).toContain(`\nsteward retry ${id} --actor '<your-name>' --reason '<why>' --address`);
  });

  it('shows the attempts of a pending poll, and finds the lineage by its successor', async () => {
    const changeSetId = await awaitingDecision();
    world.simulator.control.plan({
      match: { nameContains: changeSetId },
      outcomes: [{ status: 'SUCCEEDED', durationMs: 600_000 }],
    });
    expect((await steward('retry', changeSetId, ...operator)).exitCode).toBe(0);
    const handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
    // The first attempt asks AWS nothing.
    await until(async () =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(
        ({ activityType, attempt }) => activityType?.name === 'awaitOutcome' && Number(attempt) > 2,
      ),
    );
    const shown = parsed(await steward('show', changeSetId, '--json'));
    expect(shown['pendingActivities']).toMatchObject([
      { type: 'awaitOutcome', isPoll: true, lastFailure: expect.stringMatching(/the next poll checks again/) },
    ]);
    const { members } = shown['details'] as { members: Array<{ changeSetId: string }> };
    const successor = members[1]?.changeSetId ?? '';
    const query = `StewardChangeSets="${successor}"`;
    await world.receive(finishedEvent('Succeeded', successor, `Update+retry.${changeSetId}.1`));
    await until(async () => ((await world.temporal.client.workflow.count(query)).count > 0 ? true : undefined));
    await untilListed(changeSetId, 'remediated');
    await untilEnded(changeSetId);
    const ended = parsed(await steward('show', successor, '--json'));
    expect(ended).toMatchObject({
      workflowId: changeSetWorkflowId(changeSetId),
      status: 'COMPLETED',
      state: 'remediated',
      commands: [],
    });
  });

  it('ends with 4 where there is no such workflow', async () => {
    const ended = await steward('show', 'nosuchchangeset');
    expect(ended).toMatchObject({ exitCode: 4, stdout: '' });
    expect(ended.stderr).toContain('There is no workflow for nosuchchangeset');
  });
});

describe('steward retry and abandon', () => {
  it('send the change set once, however often the same words are repeated', async () => {
    const changeSetId = await awaitingDecision();
    world.simulator.control.plan({
      match: { nameContains: changeSetId },
      outcomes: [{ status: 'SUCCEEDED', durationMs: 600_000 }],
    });
    const first = await steward('retry', changeSetId, ...operator, '--json');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(parsed(first)).toMatchObject({ command: 'retry', changed: true });
    const again = await steward('retry', changeSetId, ...operator, '--json');
    expect(again).toMatchObject({ exitCode: 0 });
    expect(parsed(again)).toEqual(parsed(first));
    await until(() => (submits() > 0 ? true : undefined));
    expect(submits()).toBe(1);
    const { details } = parsed(await steward('show', changeSetId, '--json')) as { details: { audit: unknown[] } };
    expect(details.audit).toEqual([expect.objectContaining({ command: 'retry', actor: 'ann', reason: operator[3] })]);
  });

  it('give the reason of a refusal, and end with 1', async () => {
    const changeSetId = await awaitingDecision();
    world.mode = 'auto';
    world.simulator.control.plan({
      match: { nameContains: changeSetId },
      outcomes: [{ status: 'SUCCEEDED', durationMs: 600_000 }],
    });
    expect((await steward('retry', changeSetId, ...operator)).exitCode).toBe(0);
    const other = await steward('retry', changeSetId, '--actor', 'bob', '--reason', 'impatience', '--json');
    expect(other.exitCode).toBe(1);
    expect(parsed(other)).toMatchObject({
      error: { exitCode: 1, message: 'It is retrying; retry is taken in awaitingDecision or observed.' },
    });
    expect(other.stderr).not.toMatch(/\n\s+at /);
  });

  it('are refused in observe mode, and taken with the same words once the mode has changed', async () => {
    const changeSetId = await awaitingDecision();
    world.mode = 'observe';
    const refused = await steward('retry', changeSetId, ...operator);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('is in observe mode');
    expect((await steward('show', changeSetId)).stdout).toMatch(/retry by ann: [^;]*;\s+refused:[^;]*observe mode/);
    expect(submits()).toBe(0);
    world.mode = 'auto';
    expect((await steward('retry', changeSetId, ...operator)).exitCode).toBe(0);
    await until(() => (submits() > 0 ? true : undefined));
  });

  it('abandon ends the case, and a repeat does no harm', async () => {
    const changeSetId = await awaitingDecision();
    const first = await steward('abandon', changeSetId, ...operator);
    expect(first).toMatchObject({ exitCode: 0 });
    await untilListed(changeSetId, 'abandoned');
    const again = await steward('abandon', changeSetId, ...operator);
    expect(again).toEqual(first);
    await untilEnded(changeSetId);
    const late = await steward('retry', changeSetId, ...operator);
    expect(late).toMatchObject({ exitCode: 1, stdout: '' });
    expect(late.stderr).toContain('has ended');
  });
});

describe('steward amend, approve and resolve', () => {
  /** As an operator writes it: numbers that a parser would spoil, spaces, and the line's end. */
  const details = '{ "ProductTitle": "Grüße", "Id": 12345678901234567890,\n  "Price": 1.10 }\n';

  it('propose, show the difference, and send exactly what was in the file', async () => {
    const changeSetId = await awaitingDecision();
    const file = join(folder, 'details.json');
    writeFileSync(file, details);
    const early = await steward('approve', changeSetId, ...operator);
    expect(early).toMatchObject({ exitCode: 1, stdout: '' });
    expect(early.stderr).toContain('There is nothing to approve');

    const handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
    const changes = [{ index: 0, details: '{"ProductTitle":"Another"}' }];
    await handle.executeUpdate('amend', { args: [{ actor: 'carl', reason: 'typo', changes }] });
    const replaced = (await handle.query(amendmentQuery))?.proposal;

    const words = ['amend', changeSetId, '--change', `0=${file}`, ...operator, '--json'];
    const proposed = await steward(...words);
    expect(proposed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(parsed(proposed)).toMatchObject({ command: 'amend', state: 'awaitingDecision', changed: true });
    expect(parsed(await steward(...words))).toEqual(parsed(proposed));
    const shown = await until(async () => {
      const document = parsed(await steward('show', changeSetId, '--json'));
      const proposal = document['proposal'] as { difference?: string[] } | undefined;
      return proposal?.difference === undefined ? undefined : document;
    });
    expect(shown).toMatchObject({
      proposal: {
        proposedBy: 'ann',
        indexes: [0],
        difference: expect.arrayContaining([
          expect.stringContaining('ProductTitle: “A title” becomes “Grüße”'),
          expect.stringMatching(/Price: added, number of 4 characters$/),
        ]),
      },
      details: { audit: [{ actor: 'carl' }, { command: 'amend', actor: 'ann' }] },
      commands: expect.arrayContaining([expect.stringMatching(/^steward approve /)]),
    });
    const { stdout } = await steward('show', changeSetId);
    expect(stdout).toMatch(/Proposed by ann, not submitted yet:\n\n- .*ProductTitle: /);
    expect(stdout).toContain('“A title” becomes “Grüße”');
    expect(stdout).not.toContain('12345678901234567890');
    expect(submits()).toBe(0);

    writeFileSync(file, '{"ProductTitle": "//admin:hunter2@db.example.com"}');
    const secret = await steward('amend', changeSetId, '--change', `0=${file}`, '--actor', 'carl', '--reason', 'typo');
    expect(secret).toMatchObject({ exitCode: 1, stdout: '' });
    expect(secret.stderr).toMatch(/ProductTitle holds a secret.* Nothing was sent\./);
    expect(secret.stderr).not.toContain('hunter2');

    const meant = await steward('approve', changeSetId, '--proposal', replaced ?? '', ...operator);
    expect(meant).toMatchObject({ exitCode: 1, stdout: '' });
    expect(meant.stderr).toMatch(/names another proposal than [0-9a-f]{16}, which waits\. ann proposed it at/);
    const approved = await steward('approve', changeSetId, '--yes', ...operator);
    expect(approved).toMatchObject({ exitCode: 0 });
    expect(approved.stderr).toMatch(/Proposed by ann at .*\n.*ProductTitle: “A title” becomes “Grüße”/);
    await untilListed(changeSetId, 'remediated');
    const sent = world.simulator.control.log({ operation: 'StartChangeSet' });
    expect(sent).toMatchObject([{ request: { ChangeSet: [{ Details: details }] } }]);
  });

  it('have no outcome of a workflow that somebody ended', () => {
    expect(['TERMINATED', 'FAILED', 'COMPLETED', 'RUNNING'].map(cutShortAs)).toEqual([
      'TERMINATED',
      'FAILED',
      undefined,
      undefined,
    ]);
  });

  it('report after Ctrl-C which workflows were asked', async () => {
    const flags = { address: world.temporal.address, namespace: world.temporal.namespace };
    const find = () => {
      process.emit('SIGINT');
      return Promise.reject(new CommandProblem(exitCodes.notFound, 'There is none.'));
    };
    const given = { actor: 'ann', reason: 'it is in place', data: {} };
    const context = {
      environment: {},
      workingDirectory: folder,
      clone: folder,
      note: () => {},
      progress: () => {},
      run: () => Promise.resolve(),
    };
    const abandon = { name: 'abandon', takers: [], fields: [] };
    const ended = await sendOperatorCommand(abandon, ['a', 'b', 'c'], given, flags, context, find);
    expect(ended.exitCode).toBe(130);
    expect(ended.text.split('\n')).toEqual([
      'a: There is none.',
      'b: It was not attempted, as you interrupted the command.',
      'c: It was not attempted, as you interrupted the command.',
      '0 of 3 done',
    ]);
  });

  it('take details from standard input, and say what is wrong with them', async () => {
    const changeSetId = await awaitingDecision();
    const amendWith = (input: string, index = '0'): Promise<Ended> =>
      runSteward(['amend', changeSetId, '--change', `${index}=-`, ...operator, ...there()], { folder, input });
    const refused = [
      ['12', '0', 'must be a JSON object'],
      ['{}', '1', 'index must be a whole number from 0 to 0'],
      ['{"Url":"https://example.com/a?X-Amz-Signature=00aa"}', '0', 'Url holds a secret'],
    ] as const;
    for (const [input, index, sentence] of refused) {
      const ended = await amendWith(input, index);
      expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
      expect(ended.stderr).toContain(sentence);
      expect(ended.stderr).not.toContain('00aa');
    }
    expect(await amendWith('{"ProductTitle":"Another"}')).toMatchObject({ exitCode: 0 });
    const { proposal } = parsed(await steward('show', changeSetId, '--json'));
    expect(proposal).toMatchObject({ proposedBy: 'ann', indexes: [0] });
  });

  it('edit the present details with the operator’s own credentials, and no history has their secret', async () => {
    const canary = 'canary5ignature';
    const logo = `https://b.s3.amazonaws.com/logo.png?X-Amz-Signature=${canary}`;
    const changeSetId = await awaitingDecision({
      details: JSON.stringify({ ProductTitle: 'Acme Scaner', LogoUrl: logo, Sku: 'S-1' }),
    });
    const config = join(folder, 'operator.yaml');
    const credentials = '{ accessKeyIdVariable: OWN_ID, secretAccessKeyVariable: OWN_KEY }';
    const lines = [
      `accounts: { '${account}': { mode: observe, credentials: ${credentials} } }`,
      `endpoints: { marketplaceCatalog: '${world.simulator.url}' }`,
    ];
    writeFileSync(config, lines.join('\n'));
    const editor = join(folder, 'editor.sh');
    writeFileSync(
      editor,
      `ls -ld "$(dirname "$1")" "$1" >&2; cat "$1" >&2; sed 's/Scaner/Scanner/; /Sku/d; s/Url>>",/Url>>"/' "$1" > "$1.new"; mv "$1.new" "$1"`,
    );
    const environment = { EDITOR: `sh '${editor}'`, OWN_ID: `SIM${account}`, OWN_KEY: 'simulated' };
    const amend = (...words: string[]): Promise<Ended> =>
      runSteward(['amend', changeSetId, '--edit', ...words, ...operator, '--config', config, ...there()], {
        folder,
        environment,
      });
    expect(await amend()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Add --yes') });
    // While the editor is open, somebody else proposes something.
    const [opened, goOn] = [join(folder, 'opened'), join(folder, 'go-on')];
    const slow = `sh -c 'touch "${opened}"; until [ -e "${goOn}" ]; do sleep 0.05; done; sed -i s/Scaner/Scanner/ "$1"' x`;
    const late = runSteward(['amend', changeSetId, '--edit', '--yes', ...operator, '--config', config, ...there()], {
      folder,
      environment: { ...environment, EDITOR: slow },
    });
    await until(() => (existsSync(opened) ? true : undefined));
    const handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
    const changes = [{ index: 0, details: '{"ProductTitle":"Another"}' }];
    await handle.executeUpdate('amend', { args: [{ actor: 'carl', reason: 'typo', changes }] });
    writeFileSync(goOn, '');
    expect(await late).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/Nothing was sent: meanwhile carl/),
    });
    const proposed = await amend('--yes', '--json');
    expect(proposed).toMatchObject({ exitCode: 0 });
    expect(parsed(proposed)).toMatchObject({ command: 'amend', state: 'awaitingDecision', changed: true });
    expect(proposed.stderr).toMatch(/^drwx------ [^\n]*\n-rw------- /m);
    expect(proposed.stderr).toContain('"LogoUrl": "<<kept by steward: LogoUrl>>"');
    expect(proposed.stderr).toContain('  ProductTitle: “Acme Scaner” becomes “Acme Scanner”');
    expect(proposed.stderr).toContain('Note: Sku is not in the new details any more');
    const file = /\/\S*\/steward-amend-\w+\/change-0\.json/.exec(proposed.stderr)?.[0] ?? '';
    expect(existsSync(file)).toBe(false);
    expect(file).not.toBe('');

    await until(async () => {
      const { stdout } = await steward('show', changeSetId);
      return stdout.replace(/\s+/g, ' ').includes('ProductTitle: “Acme Scaner” becomes “Acme Scanner”');
    });
    expect(await steward('approve', changeSetId, '--yes', ...operator)).toMatchObject({ exitCode: 0 });
    await untilListed(changeSetId, 'remediated');
    expect(world.simulator.control.log({ operation: 'StartChangeSet' })).toMatchObject([
      { request: { ChangeSet: [{ Details: JSON.stringify({ ProductTitle: 'Acme Scanner', LogoUrl: logo }) }] } },
    ]);
    const kept = await historyText(world.client.workflow.getHandle(changeSetWorkflowId(changeSetId)));
    expect(kept.includes('kept by steward')).toBe(true);
    expect(`${kept}${proposed.stdout}${proposed.stderr}`.includes(canary)).toBe(false);
  });

  it('say how details are had where the operator’s credentials do not reach them', async () => {
    const changeSetId = await awaitingDecision();
    const ended = await runSteward(['amend', changeSetId, '--edit', '--yes', ...operator, ...there()], {
      folder,
      environment: {
        EDITOR: 'false',
        AWS_ENDPOINT_URL: world.simulator.url,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ended.stderr).toContain('which need aws-marketplace:DescribeChangeSet in that account. Sign in to it');
  });

  it('resolve ends the case with what settled it, and a repeat does no harm', async () => {
    const changeSetId = await awaitingDecision();
    const wrong = await steward('resolve', changeSetId, '--change-set-id', 'not an id', ...operator);
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"changeSetId" must be the id') });
    const words = ['resolve', changeSetId, '--change-set-id', 'doneintheconsole', ...operator];
    const first = await steward(...words);
    expect(first).toMatchObject({ exitCode: 0 });
    await untilListed(changeSetId, 'resolvedElsewhere');
    expect(await steward(...words)).toEqual(first);
    const { details: left } = parsed(await steward('show', changeSetId, '--json'));
    expect(left).toMatchObject({ commands: [], notes: [expect.stringContaining('by doneintheconsole')] });
    expect(submits()).toBe(0);
  });
});

describe('steward worker and ingress', () => {
  const event = (changeSetId: string): string => JSON.stringify(finishedEvent('Succeeded', changeSetId, 'Create'));
  let options: Parameters<typeof startSteward>[1];
  let services: TestTemporal;
  const buildId: unknown = expect.stringMatching(/^[\da-f]{16}$/);

  beforeAll(async () => {
    services = await testTemporal();
    const config = join(folder, 'steward.yaml');
    const lines = [
      `accounts: { '${account}': { mode: observe } }`,
      'ingress: { port: 0, credentials: { eventbridge: [{ header: x-steward-key, valueVariable: STEWARD_KEY }] } }',
    ];
    writeFileSync(config, lines.join('\n'));
    const { address: TEMPORAL_ADDRESS, namespace: TEMPORAL_NAMESPACE } = services;
    const environment = {
      STEWARD_CONFIG: config,
      STEWARD_KEY: 'the secret of a sender',
      TEMPORAL_ADDRESS,
      TEMPORAL_NAMESPACE,
    };
    options = { folder, environment };
  });
  afterAll(() => services.close());

  it('take an event from the command to its end, and close on a signal', async () => {
    const ingress = await startSteward(['ingress'], options);
    const worker = await startSteward(['worker'], options);
    const { namespace } = services;
    expect(worker.ready).toEqual({ ready: true, taskQueues: Object.values(taskQueues), namespace, buildId });
    const url = String(ingress.ready['url']);

    const refused = await runSteward(['emit', '-', '--ingress', url], { folder, input: event('refused') });
    expect(refused.exitCode).toBe(1);
    const words = ['emit', '-', '--ingress', url, '--header', 'x-steward-key: the secret of a sender', '--json'];
    const taken = await until(async () => {
      const answer = await runSteward(words, { folder, input: event('taken') });
      return answer.exitCode === 0 ? answer : undefined;
    });
    expect(parsed(taken)).toMatchObject({ outcome: 'delivered', workflowId: 'change-set:taken' });
    const result = await services.client.workflow.getHandle('change-set:taken').result();
    expect(result).toMatchObject({ state: 'succeeded' });

    expect(await ingress.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
    const stopped = await worker.stop('SIGINT');
    expect(stopped).toMatchObject({ exitCode: 0 });
    expect(stopped.stderr).not.toContain('the secret of a sender');
  });

  it('run as one process, which takes an event to its end and closes on a signal', async () => {
    const both = await startSteward(['run'], options);
    const { namespace } = services;
    expect(both.ready).toEqual({
      ready: true,
      url: expect.any(String),
      taskQueues: Object.values(taskQueues),
      namespace,
      buildId,
    });
    const words = [
      'emit',
      '-',
      '--ingress',
      String(both.ready['url']),
      '--header',
      'x-steward-key: the secret of a sender',
      '--json',
    ];
    const taken = await until(async () => {
      const answer = await runSteward(words, { folder, input: event('both') });
      return answer.exitCode === 0 ? answer : undefined;
    });
    expect(parsed(taken)).toMatchObject({ outcome: 'delivered', workflowId: 'change-set:both' });
    expect(await services.client.workflow.getHandle('change-set:both').result()).toMatchObject({ state: 'succeeded' });
    const stopped = await both.stop('SIGTERM');
    expect(stopped).toMatchObject({ exitCode: 0 });
    expect(stopped.stderr).not.toContain('the secret of a sender');
  });

  it('keep what nobody can read, until an operator discards it', async () => {
    const worker = await startSteward(['worker'], options);
    const words = ['emit', '-', '--direct', '--envelope', 'webhook', '--json'];
    const kept = parsed(await runSteward(words, { ...options, input: '{"broken":' }));
    expect(kept).toMatchObject({ outcome: 'quarantined', workflowId: expect.stringMatching(/^quarantine:/) });
    const id = String(kept['workflowId']);
    const ready = ['replay', 'discard'].map((command) =>
      expect.stringMatching(new RegExp(`^steward ${command} ${id} `)),
    );
    expect(parsed(await runSteward(['show', id, '--json'], options))).toMatchObject({ commands: ready });
    const discarded = await runSteward(['discard', id, ...operator, '--json'], options);
    expect(parsed(discarded)).toMatchObject({ command: 'discard', state: 'discarded', changed: true });
    expect(await worker.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
  });

  it('deliver without an ingress by the same rules', async () => {
    const ended = await runSteward(['emit', '-', '--direct', '--json'], { ...options, input: event('straight') });
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(parsed(ended)).toMatchObject({ outcome: 'delivered', workflowId: 'change-set:straight' });
    const shown = await runSteward(['show', 'straight', '--json'], options);
    expect(parsed(shown)).toMatchObject({
      source: 'searchAttributes',
      sourceNote: expect.stringMatching(/no worker answered|no answer came in time/),
    });
    const given = await runSteward(['abandon', 'straight', ...operator], options);
    expect(given).toMatchObject({ exitCode: 3, stdout: '' });
    expect(given.stderr).toContain('start one with: steward worker');
  });
});

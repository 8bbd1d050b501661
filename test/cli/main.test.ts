import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defined } from '../../src/defined.ts';
import { runSteward, type Ended } from '@marketplace-steward/testing/steward';
import { declaredCommands } from '../../src/cli/operatorCommands.ts';
import { flagOf } from '../../src/workflows/shared/operatorCommands.ts';

const operatorCommands = declaredCommands();
const commands = ['worker', 'ingress', 'run', 'emit', 'list', 'show', ...operatorCommands.map(({ name }) => name)];
const operator = ['--actor', 'ann', '--reason', 'because'];
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const range = ['--account', '111122223333', '--from', daysAgo(2), '--address', '127.0.0.1:1'];
const fixture = join(eventFixtures, 'changeSetFailed.json');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const steward = (words: readonly string[], input?: string): Promise<Ended> =>
  runSteward(words, { folder, ...defined({ input }) });

describe('steward', () => {
  it('names every command, and every command has help with an example', async () => {
    const { stdout, exitCode } = await steward(['--help']);
    expect(exitCode).toBe(0);
    for (const command of commands) {
      expect(stdout).toContain(`\n  ${command} `);
      const help = await steward([command, '--help']);
      expect(help.exitCode).toBe(0);
      expect(help.stdout).toMatch(new RegExp(`Examples?:\\n.*steward ${command}`));
      expect(help.stdout).toContain('--json');
      expect(help.stdout).not.toContain('npx');
    }
  });

  it.each(operatorCommands)('$name: the help has what its contract says of it', async ({ name, takers, fields }) => {
    const { stdout } = await steward([name, '--help']);
    const unwrapped = stdout.replaceAll(/\s+/g, ' ');
    for (const { type, command } of takers) {
      expect(unwrapped).toContain(command.summary);
      expect(unwrapped).toContain(` ${type} takes it in: ${command.takenIn.join(', ')}. `);
    }
    for (const field of fields) {
      expect(stdout).toContain(flagOf(field));
      expect(unwrapped).toContain(field.help);
    }
  });

  it.each([
    [['bogus'], "unknown command 'bogus'"],
    [['retry', 'abc'], "required option '--reason <text>' not specified\nSee what is right with: steward retry --help"],
    [['backfill', 'item'], 'Did you mean items?)\nSee what is right with: steward backfill --help'],
    [['retry', 'abc', '--actor', 'a', '--reason', ' '], 'It must not be empty'],
    [['abandon', 'abc', '--actor', 'a'], "required option '--reason <text>' not specified"],
    [['approve', 'abc', '--reason', 'r', '--actor', ''], 'It must not be empty'],
    [
      ['approve', 'abc', '--actor', '<your-name>', '--reason', 'r'],
      '<your-name> is still the placeholder: replace it.',
    ],
    [['resolve', 'abc', ...operator, '--change-set-id'], 'argument missing'],
    [['amend', 'abc', ...operator], 'amend needs --edit, or --change <index=file>'],
    [['amend', 'abc', ...operator, '--edit', '--change', '0=a'], 'Give --edit or --change, not both'],
    [['amend', '--edit', 'abc', ...operator], '--edit stands after the id'],
    [['amend', 'abc', ...operator, '--change', 'details.json'], 'for instance 0=details.json'],
    [['amend', 'abc', ...operator, '--change', '0=a', '--change', '0=b'], 'Change 0 is given twice'],
    [['amend', 'abc', ...operator, '--change', '0=-', '--change', '1=-'], 'can be read for one change only'],
    [['amend', 'abc', ...operator, '--change', '0=nowhere.json'], 'nowhere.json cannot be read: ENOENT'],
    [['snooze', 'security:1', ...operator, '--days', '0'], 'A number of days above 0 is needed'],
    [['backfill', 'change-sets', '--from', '2026-11-01'], "required option '--account <id>' not specified"],
    [['backfill', 'change-sets', ...range, '--from', '2026-11-31'], "'--from <date>' argument '2026-11-31' is invalid"],
    [['backfill', 'change-sets', ...range, '--to', daysAgo(3)], '--from must be before --to'],
    [['backfill', 'change-sets', ...range, '--from', daysAgo(70), '--no-wait'], 'AWS keeps change sets for 60 days'],
    [['backfill', 'change-sets', ...range, '--status', 'LOST'], 'One of FAILED, SUCCEEDED, CANCELLED is needed'],
    [['backfill', 'change-sets', ...range, '--rate', '101'], 'A number above 0, up to 100, is needed'],
    [['list', '--state', 'awaitngDecision'], 'Did you mean awaitingDecision? All states: '],
    [['list', '--state', 'quantum'], 'is invalid. All states: '],
    [['list', '--type', 'changeset'], 'Did you mean changeSetRemediation? All types: '],
    [['list', '--limit', '0'], 'A whole number from 1 to 999999 is needed'],
    [['emit', fixture, '--direct', '--ingress', 'http://127.0.0.1'], 'cannot be used with'],
    [['emit', fixture, '--direct'], 'STEWARD_CONFIG'],
    [['worker'], 'STEWARD_CONFIG'],
    [['run'], 'STEWARD_CONFIG'],
    [['ingress', '--config', 'nowhere.yaml'], 'nowhere.yaml'],
  ])('ends %j with 2 and a sentence', async (words, sentence) => {
    const ended = await steward(words);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    [
      'timeZone: Mars/Olympus',
      'policies.securityCase.timeZone: found "Mars/Olympus", expected the IANA name of a time zone',
    ],
    ['localHour: 24', 'policies.securityCase.localHour: found number 24, expected a whole hour from 0 to 23'],
    ['localHour: -1', 'policies.securityCase.localHour: found number -1, expected a whole hour from 0 to 23'],
    ['localHour: 9.5', 'policies.securityCase.localHour: found number 9.5, expected a whole hour from 0 to 23'],
  ])('neither worker nor ingress starts with %s', async (setting, sentence) => {
    const config = join(folder, 'steward.yaml');
    writeFileSync(config, `policies: { securityCase: { ${setting} } }`);
    for (const service of ['worker', 'ingress']) {
      const ended = await steward([service, '--config', config]);
      expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
      expect(ended.stderr).toContain(sentence);
    }
  });

  it.each([
    ['', 'An empty file is not a configuration'],
    ['accounts: *all', 'an alias whose anchor does not stand before it'],
  ])('neither worker nor ingress starts with the file %j', async (text, sentence) => {
    const config = join(folder, 'steward.yaml');
    writeFileSync(config, text);
    for (const service of ['worker', 'ingress']) {
      const ended = await steward([service, '--config', config]);
      expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
      expect(ended.stderr).toContain(sentence);
      expect(ended.stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('takes no details that are not text, before it asks anybody', async () => {
    const file = join(folder, 'latin1.json');
    writeFileSync(file, Buffer.from('{"ProductTitle":"Caf\u00e9"}', 'latin1'));
    const ended = await steward(['amend', 'abc', ...operator, '--change', `0=${file}`]);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toContain(`${file} is not UTF-8 text`);
  });

  it('ends with 3 where Temporal does not answer, and says so in JSON too', async () => {
    const address = `127.0.0.1:${await unusedPort()}`;
    const sentence = `Temporal at ${address} (from --address) does not answer.`;
    const asking = [
      ['list'],
      ['show', 'abc'],
      ['retry', 'abc', ...operator],
      ['reconcile', 'show'],
      ['replay-histories'],
    ];
    const ends = asking.map((words) => steward([...words, '--address', address, '--json']));
    for (const ended of await Promise.all(ends)) {
      expect(ended.exitCode).toBe(3);
      expect(ended.stderr).toContain(sentence);
      expect(JSON.parse(ended.stdout)).toMatchObject({
        error: { exitCode: 3, message: expect.stringContaining(sentence) },
      });
    }
  });

  it('says which npm start it uses, and that it does not answer', async () => {
    const temporal = `127.0.0.1:${await unusedPort()}`;
    const credential = { header: 'x-steward-key', value: 'secret' };
    const credentials = { eventbridge: credential, webhook: credential };
    const endpoints = { ingress: 'http://127.0.0.1:1', temporal, namespace: 'default', credentials };
    const started = join(folder, 'started');
    mkdirSync(join(started, '.steward'), { recursive: true });
    writeFileSync(join(started, '.steward', 'endpoints.json'), JSON.stringify(endpoints));
    const ended = await runSteward(['list'], { folder: started });
    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ended.stderr).toContain(`endpoints.json): Temporal at ${temporal}`);
    expect(ended.stderr).not.toContain('secret');
  });
});

describe('steward emit', () => {
  const seen: Array<{ url: string | undefined; key: string | string[] | undefined; body: Buffer }> = [];
  let status = 202;
  const answer = { outcome: 'delivered', kind: 'changeSet.finished', eventId: 'e', workflowId: 'change-set:abc' };
  const server = createServer((request, response) => void respond(request, response));
  let url: string;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url, key: request.headers['x-steward-key'], body: Buffer.concat(chunks) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    seen.length = 0;
    status = 202;
  });

  it('sends the bytes as they are, on the envelope that the envelope shows', async () => {
    const ended = await steward(['emit', fixture, '--ingress', url, '--header', 'X-Steward-Key: secret', '--json']);
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual(answer);
    expect(seen).toEqual([{ url: '/v1/events/eventbridge', key: 'secret', body: readFileSync(fixture) }]);
  });

  it('takes standard input, and asks for the envelope where it is in doubt', async () => {
    const doubtful = await steward(['emit', '-', '--ingress', url], '{"broken":');
    expect(doubtful.exitCode).toBe(2);
    expect(doubtful.stderr).toContain('--envelope eventbridge or --envelope webhook');
    expect(seen).toEqual([]);

    const named = await steward(['emit', '-', '--ingress', url, '--envelope', 'webhook'], '{"broken":');
    expect(named).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('change-set:abc') });
    expect(seen).toMatchObject([{ url: '/v1/events/webhook', body: Buffer.from('{"broken":') }]);
  });

  it.each([
    [401, 1],
    [503, 3],
  ])('ends an answer of %d with %d', async (httpStatus, exitCode) => {
    status = httpStatus;
    expect((await steward(['emit', fixture, '--ingress', url])).exitCode).toBe(exitCode);
  });

  it('ends with 3 where no ingress answers', async () => {
    const nobody = `http://127.0.0.1:${await unusedPort()}`;
    expect(await steward(['emit', fixture, '--ingress', nobody])).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('does not answer'),
    });
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

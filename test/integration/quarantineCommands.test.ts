import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { received } from '@marketplace-steward/testing/received';
import { quarantineWorkflowId } from '../../src/workflows/quarantinedEvent/contract.ts';
import { answeredSteward, type Ended } from '@marketplace-steward/testing/steward';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const operator = ['--actor', 'ann', '--reason', 'nobody can read it'];

let world: StewardWorld;
let folder: string;
beforeAll(async () => {
  world = await stewardWorld('real');
  folder = mkdtempSync(join(tmpdir(), 'steward-quarantine-'));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const there = (): string[] => ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
const steward = (words: readonly string[], input = ''): Promise<Ended> =>
  answeredSteward([...words, ...there()], { folder, input });
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that nobody can read, in their workflow, as soon as the list has it. @returns the beginning of their digest. */
async function quarantined(text: string): Promise<{ bytes: Buffer; short: string; workflowId: string }> {
  const bytes = Buffer.from(text);
  await received(world.client, world.context, 'eventbridge', bytes);
  const workflowId = quarantineWorkflowId(digestOf(bytes));
  const query = `WorkflowId="${workflowId}" AND StewardState="quarantined"`;
  await until(async () => (await world.client.workflow.count(query)).count > 0);
  return { bytes, short: digestOf(bytes).slice(0, 12), workflowId };
}

test('quarantined bytes are listed, shown harmlessly, written as they are, replayed and discarded', async () => {
  const { bytes, short, workflowId } = await quarantined(
    `{"odd": "\u001b[31m ${randomUUID()}", "see": "https://evil.example"`,
  );

  const listed = await steward(['quarantine', 'list']);
  expect(listed.stdout).toMatch(new RegExp(`\nquarantined +yes +\\S+Z +\\S.* ${short}\n`));
  expect(listed.stdout).toContain(`steward quarantine show ${short}`);

  const shown = await steward(['quarantine', 'show', short]);
  expect(shown).toMatchObject({ exitCode: 0 });
  expect(shown.stdout).toContain(`${workflowId}  quarantined`);
  expect(shown.stdout).toContain('{"odd": "\\u001b[31m');
  expect(shown.stdout).toContain('https[:]//evil.example');
  expect(shown.stdout).not.toContain('\u001b[31m');

  const output = join(folder, 'event.json');
  const written = ['quarantine', 'show', workflowId, '--output', output];
  expect(await steward(written)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(output)).toEqual(bytes);
  expect(statSync(output).mode & 0o077).toBe(0);
  expect((await steward(written)).stderr).toContain('it exists, and is not overwritten');
  expect((await steward(['quarantine', 'show', short, '--raw'])).stdout).toBe(bytes.toString());

  const replayed = await steward(['quarantine', 'replay', short, ...operator, '--wait', '--json']);
  expect(replayed).toMatchObject({ exitCode: 1 });
  expect(JSON.parse(replayed.stdout)).toMatchObject({
    workflowId,
    command: 'replay',
    outcome: { state: 'quarantined', isOver: true, askedAgain: true },
  });

  const discarded = await steward(['quarantine', 'discard', short, ...operator, '--wait']);
  expect(discarded).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Outcome: discarded.') });
});

test('a command goes to several workflows: a dry run sends nothing, and a refusal stops none of the others', async () => {
  const [one, other] = [await quarantined(`{"a": ${randomUUID()}`), await quarantined(`{"b": ${randomUUID()}`)];
  const ids = `# two, and one that is not there\n${one.workflowId}\n${randomUUID()}\n${other.workflowId}  quarantined\n`;
  const states = () =>
    Promise.all(
      [one, other].map(
        async ({ workflowId }) => (await world.client.workflow.getHandle(workflowId).describe()).status.name,
      ),
    );

  const pageOf = async (...more: string[]) => {
    const { stdout } = await steward(['quarantine', 'list', '--limit', '1', ...more]);
    return { ids: stdout.match(/\b[\da-f]{12}$/gm) ?? [], next: /Next page: --page (\S+)/.exec(stdout)?.[1] };
  };
  const first = await pageOf();
  const second = await pageOf('--page', first.next ?? '');
  expect(first.ids[0]).toBe(other.short);
  expect(second.ids[0]).toBe(one.short);
  expect(await steward(['quarantine', 'list', '--closed', '--page', first.next ?? ''])).toMatchObject({ exitCode: 2 });

  const dry = await steward(['discard', '-', ...operator, '--dry-run'], ids);
  expect(dry.exitCode).toBe(4);
  expect(dry.stdout.split('\n')).toEqual([
    `${one.workflowId}: would send discard (quarantinedEvent, state: quarantined)`,
    expect.stringContaining('There is no workflow for'),
    `${other.workflowId}: would send discard (quarantinedEvent, state: quarantined)`,
    '2 of 3 would be sent',
    '',
  ]);
  expect(await states()).toEqual(['RUNNING', 'RUNNING']);

  const sent = await steward(['discard', '-', ...operator, '--json'], ids);
  expect(sent.exitCode).toBe(4);
  expect(JSON.parse(sent.stdout)).toMatchObject([
    { workflowId: one.workflowId, state: 'discarded', changed: true },
    { error: { exitCode: 4 } },
    { workflowId: other.workflowId, state: 'discarded', changed: true },
  ]);
  await until(async () => (await states()).every((name) => name === 'COMPLETED'));

  const ended = await steward(['discard', one.workflowId, other.workflowId, ...operator, '--dry-run']);
  expect(ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('there is nothing left to discard') });
});

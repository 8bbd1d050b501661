import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defined } from '../../../../src/defined.ts';
import { processIdentity } from '../../src/temporal/processLock.mjs';
import { freePort } from '../../src/ports.ts';
import { startTemporalServer } from '../../src/temporal/temporalServer.ts';
import type { RunningTemporal, TemporalServerOptions } from '../../src/temporal/temporalServer.ts';
import { historiesVariable } from '../../src/temporal/variables.ts';
import { testTemporal, timeSkippingEnvironment } from '../../src/temporal/testServer.ts';

const directory = mkdtempSync(join(tmpdir(), 'steward-temporal-'));
const running: RunningTemporal[] = [];

async function start(options: TemporalServerOptions): Promise<RunningTemporal> {
  const server = await startTemporalServer({ uiPort: false, ...options });
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function withClient<T>(server: RunningTemporal, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await use(new Client({ connection, namespace: server.namespace }));
  } finally {
    await connection.close();
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolved) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolved(server));
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolved) => setTimeout(resolved, 20));
}

function serverPid(databaseFile: string): number {
  const record = JSON.parse(readFileSync(`${databaseFile}.owner`, 'utf8')) as { server: { pid: number } };
  return record.server.pid;
}

describe('startTemporalServer', () => {
  test('finds its histories and its retention again after a restart on the same file, and leaves no process', async () => {
    const databaseFile = join(directory, 'kept.db');
    const options: TemporalServerOptions = {
      databaseFile,
      namespace: 'steward',
      searchAttributes: { StewardState: 'KEYWORD', StewardEntities: 'KEYWORD_LIST', StewardDueAt: 'DATETIME' },
    };
    const first = await start(options);
    const firstPid = serverPid(databaseFile);
    expect(processIdentity(firstPid)).toContain('start-dev');
    await withClient(first, (client) =>
      client.workflow.start('anything', {
        taskQueue: 'none',
        workflowId: 'kept',
        searchAttributes: { StewardState: ['waiting'], StewardEntities: ['a', 'b'] },
      }),
    );
    await first.stop();
    expect(processIdentity(firstPid)).toBeUndefined();

    const second = await start(options);
    await withClient(second, async (client) => {
      const description = await client.workflow.getHandle('kept').describe();
      expect(description.status.name).toBe('RUNNING');
      expect(description.searchAttributes).toMatchObject({ StewardState: ['waiting'], StewardEntities: ['a', 'b'] });
      const { config } = await client.workflowService.describeNamespace({ namespace: 'steward' });
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
    });
  });

  test('takes the next free port where the one wanted is taken, says so, and serves the Web UI', async () => {
    const taken = await listen(0);
    const wanted = (taken.address() as AddressInfo).port;
    const lines: string[] = [];
    try {
      const uiPort = await freePort();
      const server = await start({ port: wanted, uiPort, log: (line) => lines.push(line) });
      const port = Number(server.address.split(':')[1]);
      expect(port).toBeGreaterThan(wanted);
      expect(lines).toContain(`port ${wanted} is taken: Temporal uses ${port}`);
      const page = await fetch(String(server.uiUrl));
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<html');
    } finally {
      taken.close();
    }
  });

  test('refuses a database file that another start uses', async () => {
    const databaseFile = join(directory, 'shared.db');
    const server = await start({ databaseFile });
    await expect(startTemporalServer({ databaseFile, uiPort: false })).rejects.toThrow(
      `${databaseFile} is in use by another start (process ${process.pid})`,
    );
    await withClient(server, (client) => client.workflow.count());
  });

  test('the server ends when the process that started it is killed, and the file can be used again', async () => {
    const databaseFile = join(directory, 'orphan.db');
    const program = join(directory, 'start.ts');
    const module = resolve(__dirname, '../../src/temporal/temporalServer.ts');
    writeFileSync(
      program,
      `import { startTemporalServer } from ${JSON.stringify(module)};
       await startTemporalServer({ databaseFile: ${JSON.stringify(databaseFile)}, uiPort: false });
       console.log('serving');`,
    );
    const parent = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    parent.stdout.on('data', (data) => (output += String(data)));
    await until(() => output.includes('serving'));
    const pid = serverPid(databaseFile);
    expect(processIdentity(pid)).toContain('start-dev');

    parent.kill('SIGKILL');
    // No wait in between: a start right after the crash must not open the file beside the old server.
    const again = await start({ databaseFile });
    expect(processIdentity(pid)).toBeUndefined();
    await withClient(again, (client) => client.workflow.count());
  });

  test('uses the server of STEWARD_TEMPORAL_ADDRESS, makes the namespace there, and leaves it running', async () => {
    const own = await start({});
    process.env['STEWARD_TEMPORAL_ADDRESS'] = own.address;
    try {
      const used = await startTemporalServer({ namespace: 'fresh', retentionDays: 7 });
      expect(used).toMatchObject({ address: own.address, namespace: 'fresh', uiUrl: undefined });
      await used.stop();
      await withClient({ ...own, namespace: 'fresh' }, async (client) => {
        const { config } = await client.workflowService.describeNamespace({ namespace: 'fresh' });
        expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(7 * 86_400);
        expect((await client.workflow.count()).count).toBe(0);
      });
    } finally {
      delete process.env['STEWARD_TEMPORAL_ADDRESS'];
    }
  });

  test('says when the server ends unexpectedly', async () => {
    const databaseFile = join(directory, 'ends.db');
    const lines: string[] = [];
    await start({ databaseFile, log: (line) => lines.push(line) });
    expect(lines).toEqual([]);
    process.kill(serverPid(databaseFile), 'SIGKILL');
    await until(() => lines.some((line) => line.startsWith('the Temporal server ended unexpectedly')));
  });

  test('says what the server wrote when it ends instead of serving', async () => {
    const file = join(directory, 'not-a-database');
    writeFileSync(file, 'this is text, and no SQLite file at all, whatever its name may promise');
    await expect(start({ databaseFile: file })).rejects.toThrow(/ended instead of serving\. Its last lines:\n.*\S/);
  });
});

describe('the support for tests', () => {
  test('a fresh namespace with search attributes can be used at once', async () => {
    const temporal = await testTemporal({ StewardState: 'KEYWORD', StewardAttempt: 'INT' });
    try {
      await temporal.client.workflow.start('anything', {
        taskQueue: 'none',
        workflowId: 'one',
        searchAttributes: { StewardState: ['new'], StewardAttempt: [1] },
      });
      const handle = temporal.client.workflow.getHandle('one');
      expect((await handle.describe()).searchAttributes).toMatchObject({ StewardState: ['new'], StewardAttempt: [1] });
    } finally {
      await temporal.close();
    }
  });

  test('the time-skipping server skips time', async () => {
    const environment = await timeSkippingEnvironment({ StewardState: 'KEYWORD' });
    try {
      const before = await environment.currentTimeMs();
      await environment.sleep('30 days');
      expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 86_400_000);
    } finally {
      await environment.teardown();
    }
  });

  describe('when it ends', () => {
    let folder: string;
    const before = process.env[historiesVariable];
    beforeEach(() => (folder = process.env[historiesVariable] = mkdtempSync(join(directory, 'histories-'))));
    afterEach(() => (process.env[historiesVariable] = before));
    const start = (client: Client, workflowId: string) =>
      client.workflow.start('anything', { taskQueue: 'none', workflowId });
    const kept = (): string[] => readdirSync(folder).flatMap((type) => readdirSync(join(folder, type)));

    test('one history of each shape is kept of a namespace, whichever client started it', async () => {
      const temporal = await testTemporal();
      await start(new Client({ connection: temporal.connection, namespace: temporal.namespace }), 'one');
      await (await start(temporal.client, 'other')).terminate();
      await start(temporal.client, 'alike');
      await temporal.close();
      expect(readdirSync(folder)).toEqual(['anything']);
      expect(kept()).toHaveLength(2);
    });

    test('one history of each shape is kept of the time-skipping server, by its clients', async () => {
      const environment = await timeSkippingEnvironment();
      await start(environment.client, 'one');
      const interceptors = environment.client.options.interceptors;
      const other = new Client(defined({ connection: environment.connection, interceptors }));
      await (await start(other, 'other')).terminate();
      await start(other, 'alike');
      await environment.teardown();
      expect(kept()).toHaveLength(2);
    });

    test('none is kept where a test runs other workflows than the product’s', async () => {
      const temporal = await testTemporal();
      await start(temporal.client, 'one');
      await temporal.close('nothing');
      expect(kept()).toEqual([]);
    });
  });
});

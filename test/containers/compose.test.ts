/**
 * docker-compose.yml, run as it is on whatever Docker engine DOCKER_HOST names: `npm run test:containers`. The steps build on
 * one another, in this order.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@marketplace-steward/testing/until';
import { whyNotHere } from './engine.ts';
import { control, putFailed, sendUntilAcknowledged, submissions } from './failedChangeSets.ts';
import { chain, openStage, own, type Stage } from './stage.ts';

const root = join(__dirname, '..', '..');
const reason = whyNotHere();
/** `npm run test:containers` fails where no engine answers, and `npm test` goes on. */
const required = process.env['STEWARD_CONTAINERS'] === 'required';
const describeHere: typeof describe = reason === undefined || required ? describe : describe.skip;
const accounts = [chain, own] as const;
const [minuteMs, betweenEventsMs] = [60_000, 400];
const key = randomBytes(24).toString('hex');

describeHere(`docker-compose.yml runs${reason === undefined ? '' : ` (${reason})`}`, () => {
  let stage: Stage;

  beforeAll(async () => {
    if (reason !== undefined) throw new Error(reason);
    stage = await openStage(key);
    const image = ['--file', 'deploy/Dockerfile', '--tag', 'marketplace-steward:test'];
    await stage.project.docker('build', '--network', 'host', ...image, '.');
  }, 20 * minuteMs);
  afterAll(() => stage?.close(), 3 * minuteMs);

  it(
    'comes up from nothing, and everything is healthy',
    async () => {
      const { project, addresses } = stage;
      await project.compose('--profile', '*', 'config', '--quiet');
      await project.compose('up', '--detach', '--no-build');
      await stage.untilHealthy();
      const listed = new Map((await project.list()).map((one) => [one.Service, one]));
      expect(listed.get('ui')).toMatchObject({ State: 'running' });
      for (const once of ['schema', 'namespace'])
        expect(listed.get(once)).toMatchObject({ State: 'exited', ExitCode: 0 });
      expect((await fetch(addresses.ui)).status).toBe(200);
      const answer = await fetch(`${addresses.ingress}/readyz`, { headers: { 'x-steward-key': key } });
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 200,
        body: { ready: true },
      });
    },
    6 * minuteMs,
  );

  it.each(['worker', 'ingress'])(
    '%s: no root, nowhere to write but /tmp, nothing to run from there',
    async (service) => {
      const question = `
      const { readFileSync, writeFileSync } = require('node:fs');
      const attempt = (path) => { try { writeFileSync(path, ''); return 'written'; } catch ({ code }) { return code; } };
      const of = (name) => new RegExp('^' + name + ':\\\\s*(\\\\w+)', 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1];
      console.log(JSON.stringify({
        user: process.getuid(), capabilities: of('CapEff'), noNewPrivileges: of('NoNewPrivs'), app: attempt('/app/x'),
        tmp: attempt('/tmp/x'), noexec: / \\/tmp tmpfs \\S*noexec/.test(readFileSync('/proc/mounts', 'utf8')),
        databasePassword: Object.keys(process.env).some((name) => name.startsWith('POSTGRES')),
      }))`;
      expect(JSON.parse(await stage.project.compose('exec', '-T', service, 'node', '--eval', question))).toEqual({
        user: 1000,
        capabilities: '0000000000000000',
        noNewPrivileges: '1',
        app: 'EROFS',
        tmp: 'written',
        noexec: true,
        databasePassword: false,
      });
    },
  );

  it(
    'events of two accounts, one with a key of its own, are remediated',
    async () => {
      const { addresses } = stage;
      const client = await stage.connect();
      const sets = await Promise.all(accounts.map((account) => putFailed(addresses, account)));
      for (const { event } of sets) expect(await sendUntilAcknowledged(addresses, key, event)).toBeGreaterThan(0);
      const ids = sets.map(({ id }) => id);
      await stage.untilState(client, ids, 'remediated');
      const sent = await submissions(addresses);
      expect(ids.map((id) => sent.get(id))).toEqual([1, 1]);
    },
    3 * minuteMs,
  );

  it(
    'each service restarts under load, and four are killed: all that was acknowledged is there, and is submitted once',
    async () => {
      const { addresses, project } = stage;
      const stopping = new AbortController();
      const acknowledged: string[] = [];
      const tally = { sent: 0 };
      const load = Promise.all(
        accounts.map(async (account) => {
          while (!stopping.signal.aborted) {
            const { id, event } = await putFailed(addresses, account);
            const sent = await sendUntilAcknowledged(addresses, key, event, stopping.signal);
            if (sent !== undefined) acknowledged.push(id);
            tally.sent += sent ?? 0;
            await pause(betweenEventsMs);
          }
        }),
      );
      const more = (count: number) => {
        const enough = acknowledged.length + count;
        return until(() => acknowledged.length >= enough);
      };
      const disturb = async () => {
        await more(10);
        for (const service of ['postgresql', 'temporal', 'worker', 'ingress', 'ui']) {
          await project.compose('restart', service);
          if (service !== 'ui') await stage.untilHealthy(service);
          await more(6);
        }
        for (const service of ['worker', 'ingress', 'temporal', 'postgresql']) {
          await project.compose('kill', '--signal', 'SIGKILL', service);
          await project.compose('start', service);
          await stage.untilHealthy(service);
          await more(6);
        }
      };
      try {
        await Promise.race([disturb(), load]);
      } finally {
        stopping.abort();
      }
      await load;
      const client = await stage.connect();
      await stage.untilState(client, acknowledged, 'remediated');
      const sent = await submissions(addresses);
      console.log(`${acknowledged.length} events acknowledged, sent ${tally.sent} times; ${sent.size} submissions`);
      expect(acknowledged.filter((id) => sent.get(id) !== 1)).toEqual([]);
      expect([...sent.values()].filter((count) => count !== 1)).toEqual([]);
      await stage.untilHealthy();
    },
    15 * minuteMs,
  );

  it(
    'a backup by the commands of docs/going-live.md, wiped and restored: open workflows go on, and nothing is sent twice',
    async () => {
      const { addresses, project, folder } = stage;
      const before = await stage.connect();
      const asking = await putFailed(addresses, chain, 'CLIENT_ERROR');
      const waiting = await putFailed(addresses, own);
      const slow = { match: { nameContains: waiting.id }, outcomes: [{ status: 'SUCCEEDED', durationMs: 90_000 }] };
      await control(addresses, 'plan', slow);
      for (const { event } of [asking, waiting]) await sendUntilAcknowledged(addresses, key, event);
      await stage.untilState(before, [asking.id], 'awaitingDecision');
      await until(async () => (await submissions(addresses)).get(waiting.id) === 1);
      const count = (await stage.states(before)).size;

      const page = readFileSync(join(root, 'docs/going-live.md'), 'utf8');
      const lineWith = (words: string) => page.split('\n').find((line) => line.includes(words)) ?? `no ${words}`;
      await project.shell(lineWith('pg_dumpall'), folder);
      const [dump = ''] = readdirSync(folder).filter((name) => name.endsWith('.sql'));
      const ofDatabase = ['postgresql', 'schema', 'temporal', 'namespace', 'ui', 'worker', 'ingress'];
      await project.compose('rm', '--stop', '--force', ...ofDatabase);
      await project.docker('volume', 'rm', `${project.name}_postgresql-data`);

      await project.shell(lineWith('up --detach --wait postgresql'), folder);
      await project.shell(lineWith('psql --username').replace(/steward-[\d-]+\.sql/, dump), folder);
      await project.compose('up', '--detach', '--no-build');
      await stage.untilHealthy();
      const client = await stage.connect();
      await until(async () => (await stage.states(client)).size >= count);
      const handle = client.workflow.getHandle(`change-set:${asking.id}`);
      await handle.executeUpdate('resolve', { args: [{ actor: 'ann', reason: 'settled by hand' }] });
      await stage.untilState(client, [asking.id], 'resolvedElsewhere');
      await stage.untilState(client, [waiting.id], 'remediated');
      expect((await submissions(addresses)).get(waiting.id)).toBe(1);
    },
    10 * minuteMs,
  );
});

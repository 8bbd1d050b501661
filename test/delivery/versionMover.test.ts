import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { startVersionMover } from '../../src/delivery/versionMover.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { silent } from '@marketplace-steward/testing/silent';
import { until } from '@marketplace-steward/testing/until';

const version = { deploymentName: 'steward', buildId: 'new' };
const dayMs = 86_400_000;

/** The queries of a mover, at a time of the clock; the version has been current since then. */
async function queriesAt(nowMs: number, sinceMs: number, buildId = version.buildId): Promise<readonly string[]> {
  const clock = jest.spyOn(Date, 'now').mockReturnValue(nowMs);
  const queries: string[] = [];
  let described = 0;
  const routingConfig = {
    currentDeploymentVersion: { ...version, buildId },
    currentVersionChangedTime: msToTs(sinceMs),
  };
  const client = {
    options: { namespace: 'test', identity: 'test' },
    workflow: {
      async *list({ query }: { readonly query: string }) {
        queries.push(query);
        yield* [];
      },
    },
    workflowService: {
      describeWorkerDeployment: async () => {
        described += 1;
        return { workerDeploymentInfo: { routingConfig } };
      },
    },
  };
  const mover = startVersionMover(client as unknown as Client, silent);
  try {
    mover.keep(version);
    await until(() => described > 0);
    await new Promise((resolve) => setImmediate(resolve));
    return queries;
  } finally {
    await mover.close();
    clock.mockRestore();
  }
}

test.each([
  Date.parse('2026-11-29T12:00:00Z'),
  Date.parse('2027-02-28T23:59:59.999Z'),
  Date.parse('2028-02-29T00:00:00.001Z'),
])('at %d it asks for runs that stay, and for every other that began more than a day ago', async (nowMs) => {
  const [query = ''] = await queriesAt(nowMs, nowMs - 60_000);
  const staying = contracts.filter((one) => one.stays === true).map(({ type }) => type);
  expect(staying).toContain('securityCase');
  const begun = /WorkflowType IN \((.*)\) OR StartTime<.(.*).\)$/.exec(query);
  for (const type of staying) expect(begun?.[1]).toContain(type);
  expect(Date.parse(begun?.[2] ?? '')).toBe(nowMs - dayMs);
  expect(query).toMatch(/TemporalWorkerDeploymentVersion!=.steward:new./);
});

test.each([
  ['is current for less than half a minute', 29_999, 'new'],
  ['is not the current one', 60_000, 'old'],
])('it asks for none while its version %s', async (_, forMs, buildId) => {
  const nowMs = Date.parse('2026-11-29T12:00:00Z');
  expect(await queriesAt(nowMs, nowMs - forMs, buildId)).toEqual([]);
});

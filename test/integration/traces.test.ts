/** Where traces are configured, one event is one trace: ingress, client, workflow, activity, and the call to AWS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { startReceiver } from '@marketplace-steward/testing/receiver';
import { testTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { Worker } from '@temporalio/worker';
import { silent } from '@marketplace-steward/testing/silent';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { runOneProcess } from '../../src/cli/oneProcess.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { createLogger } from '../../src/logging/logger.ts';

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

interface ExportedSpans {
  readonly resourceSpans: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{ readonly spans: readonly ReceivedSpan[] }>;
  }>;
}

const key = 'the-key-of-a-sender-1';
const token = 'the-token-of-the-collector';

test('a failed change set is one trace from its request to AWS, which holds no secret and no body', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'traces-'));
  const server = await testTemporal();
  const collector = await startReceiver();
  const simulator = await startCatalogSimulator({ seed: 11, quotas: 'off', defaultDurationMs: 100 });
  const file = join(folder, 'steward.yaml');
  const credentials = { accessKeyIdVariable: 'ACCESS_KEY_ID', secretAccessKeyVariable: 'SECRET_ACCESS_KEY' };
  writeFileSync(
    file,
    JSON.stringify({
      accounts: { '123456789012': { mode: 'observe', credentials } },
      endpoints: { marketplaceCatalog: simulator.url },
      ingress: { port: 0, credentials: { eventbridge: [{ header: 'x-api-key', valueVariable: 'EVENTBRIDGE_KEY' }] } },
      telemetry: { traces: { url: `${collector.url}/v1/traces`, headersVariable: 'TRACES_HEADERS' } },
    }),
  );
  const configuration = loadConfiguration(
    {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      TEMPORAL_CONFIG_FILE: join(folder, 'none'),
      EVENTBRIDGE_KEY: key,
      TRACES_HEADERS: `authorization=Bearer ${token}`,
      ACCESS_KEY_ID: 'SIM123456789012',
      SECRET_ACCESS_KEY: 'a-secret-access-key',
    },
    file,
  );
  const process = await runOneProcess(
    configuration,
    createLogger({ level: 'error', destination: { write: () => undefined } }),
  );
  try {
    const answer = await fetch(`${process.url}/v1/events/eventbridge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: new Uint8Array(changed('changeSetFailed', { ChangeSetName: 'the name that a seller gave' })),
    });
    expect(answer.status).toBe(202);
    const spans = () =>
      collector.received.flatMap(({ body }) =>
        (JSON.parse(body) as ExportedSpans).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap((scope) => scope.spans),
        ),
      );
    const named = (name: RegExp) => spans().find((span) => name.test(span.name));
    await until(() => named(/^AWS DescribeChangeSet$/) !== undefined, 20_000);
    const handle = server.client.workflow.getHandle('change-set:76yesvf8y165pa4f98td2crtg');
    const ingress = named(/^ingress http eventbridge$/);
    const parts = [
      named(/^SignalWithStartWorkflow:changeSetRemediation$/),
      named(/^HandleSignal:/),
      named(/^StartActivity:/),
      named(/^RunActivity:/),
      named(/^AWS /),
    ];
    expect(parts.map((span) => span?.traceId)).toEqual(parts.map(() => ingress?.traceId));
    expect(ingress?.parentSpanId).toBeUndefined();
    const byId = new Map(spans().map((span) => [span.spanId, span]));
    const call = named(/^AWS DescribeChangeSet$/);
    expect(byId.get(call?.parentSpanId ?? '')?.name).toMatch(/^RunActivity:/);
    // Switched off, it goes on from the same history; and switched on again.
    const history = await handle.fetchHistory();
    for (const traced of [false, true]) {
      const workflowBundle = await bundleWorkflows(silent, { traced });
      await Worker.runReplayHistory({ workflowBundle }, history, handle.workflowId);
    }
    const [first] = collector.received;
    expect(first?.headers.authorization).toBe(`Bearer ${token}`);
    const sent = collector.received.map(({ body }) => body).join('\n');
    expect(sent).toContain('change-set:76yesvf8y165pa4f98td2crtg:FAILED');
    for (const secret of [key, token, 'a-secret-access-key', 'the name that a seller gave']) {
      expect(sent).not.toContain(secret);
    }
  } finally {
    await process.close();
    await simulator.close();
    await collector.close();
    await server.close('nothing');
    rmSync(folder, { recursive: true });
  }
}, 60_000);

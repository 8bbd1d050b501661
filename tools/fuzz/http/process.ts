import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { startChild } from '../../../bench/child.ts';
import type { Progress } from '../../../bench/progress.ts';
import { openStage, openTenancy } from '../../../bench/stage.ts';
import { untilReady } from '../../../bench/ingress/child.ts';
import { createStops } from '../../../bench/stops.ts';
import { describeWorkflow } from '../../../src/delivery/workflows.ts';
import { fuzzHttp, type HttpFigures, type HttpOptions } from './run.ts';

const entry = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const honestVariable = 'STEWARD_FUZZ_HONEST';
const honest = { header: 'x-honest', value: 'an-honest-sender-with-a-key-of-its-own' };

/** Resident memory of a process, in megabytes; undefined where the system does not say. */
function residentMegabytes(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
  } catch {
    return undefined;
  }
}

/** Lets two senders in, by both envelopes. */
function allowSenders(configurationFile: string): void {
  const configuration = parse(readFileSync(configurationFile, 'utf8')) as {
    ingress: { credentials: { eventbridge: object[]; webhook?: object[] } };
  };
  const { credentials } = configuration.ingress;
  credentials.webhook = structuredClone(credentials.eventbridge);
  credentials.eventbridge.push({ header: honest.header, valueVariable: honestVariable });
  writeFileSync(configurationFile, stringify(configuration), { mode: 0o600 });
}

/**
 * Fuzzes `steward ingress`, a process of its own, on a Temporal dev server of its own; ends both.
 * @throws Error with the end of its log where the ingress ends before
 */
export async function fuzzIngress(options: HttpOptions, progress: Progress, signal: AbortSignal): Promise<HttpFigures> {
  const stops = createStops();
  try {
    const stage = await openStage({ stops, progress, signal });
    const tenancy = await openTenancy(stage, 'fuzz');
    allowSenders(tenancy.configurationFile);
    const child = startChild({
      name: 'ingress',
      words: [entry, 'ingress', '--config', tenancy.configurationFile],
      environment: { ...tenancy.environment, [honestVariable]: honest.value },
      logFile: join(stage.folder, 'ingress.log'),
      stops,
    });
    await Promise.race([untilReady(tenancy.ingress.url, signal), child.gone]);
    const run = fuzzHttp(
      {
        port: Number(new URL(tenancy.ingress.url).port),
        credential: tenancy.ingress.credential,
        honest,
        isThere: async (id) => (await describeWorkflow(tenancy.client, id)) !== undefined,
        megabytes: () => residentMegabytes(child.process.pid),
      },
      options,
    );
    return await Promise.race([run, child.gone]);
  } finally {
    await stops.all();
  }
}

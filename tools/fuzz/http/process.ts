import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { Progress } from '../../../bench/progress.ts';
import { openStage, openTenancy } from '../../../bench/stage.ts';
import { startIngressProcess } from '../../../bench/ingress/process.ts';
import { createStops } from '../../../bench/stops.ts';
import { describeWorkflow } from '../../../src/delivery/workflows.ts';
import { fuzzHttp, type HttpFigures, type HttpOptions } from './run.ts';

const honestVariable = 'STEWARD_FUZZ_HONEST';
const honest = { header: 'x-honest', value: 'an-honest-sender-with-a-key-of-its-own' };

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
    const environment = { ...tenancy.environment, [honestVariable]: honest.value };
    const ingress = await startIngressProcess(stage, { ...tenancy, environment });
    const run = fuzzHttp(
      {
        port: Number(new URL(tenancy.ingress.url).port),
        credential: tenancy.ingress.credential,
        honest,
        isThere: async (id) => (await describeWorkflow(tenancy.client, id)) !== undefined,
        megabytes: ingress.megabytes,
      },
      options,
    );
    return await Promise.race([run, ingress.gone]);
  } finally {
    await stops.all();
  }
}

/**
 * `node packages/simulators/src/process.ts marketplaceCatalog`, or `buyWithPrime`: a simulator as a process of its own. The
 * first line of standard input has its options as JSON; once it serves it writes `{"url": "…"}`. It ends on SIGTERM, and
 * with its standard input, so that it never outlives who started it.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { startBuyWithPrimeSimulator } from './buyWithPrime/index.ts';
import { OPERATION_NAMES } from './marketplaceCatalog/operationNames.ts';
import { startCatalogSimulator } from './marketplaceCatalog/index.ts';
import { defined } from './defined.ts';

const common = {
  seed: z.int(),
  port: z.int().min(0).max(65_535).optional(),
  stateFile: z.string().min(1).optional(),
};
const catalogSchema = z.strictObject({
  ...common,
  account: z.string().optional(),
  defaultDurationMs: z.int().min(0).optional(),
  quotas: z.union([z.literal('off'), z.partialRecord(z.enum(OPERATION_NAMES), z.number().min(1))]).optional(),
});
const clientSchema = z.strictObject({
  clientId: z.string(),
  clientSecret: z.string(),
  businessProductIds: z.array(z.string()),
});
const buyWithPrimeSchema = z.strictObject({
  ...common,
  clients: z.array(clientSchema),
  tokenLifetimeMs: z.int().min(0).optional(),
  tokenRequestsPerMinute: z.int().min(0).optional(),
  queriesPerMinute: z.int().min(0).optional(),
  targetHeader: z.string().optional(),
});

function start(name: string | undefined, options: unknown): Promise<{ readonly url: string; close(): Promise<void> }> {
  if (name === 'buyWithPrime') return startBuyWithPrimeSimulator(defined(buyWithPrimeSchema.parse(options)));
  if (name !== 'marketplaceCatalog')
    throw new Error(`no simulator is called '${name}': marketplaceCatalog, buyWithPrime`);
  return startCatalogSimulator(defined(catalogSchema.parse(options)));
}

const input = createInterface({ input: process.stdin });
const [line] = (await once(input, 'line')) as [string];
const simulator = await start(process.argv[2], JSON.parse(line));
const stop = (): void => void simulator.close().then(() => process.exit());
process.once('SIGTERM', stop);
input.once('close', stop);
process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);

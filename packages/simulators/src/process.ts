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

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

const simulators: Readonly<Record<string, (options: unknown) => Promise<Running>>> = {
  buyWithPrime: (options) => startBuyWithPrimeSimulator(defined(buyWithPrimeSchema.parse(options))),
  marketplaceCatalog: (options) => startCatalogSimulator(defined(catalogSchema.parse(options))),
};

function refuse(problem: string): never {
  const usage = `node process.ts ${Object.keys(simulators).join('|')} <<< '{"seed": 1}'`;
  process.stderr.write(`simulator: ${problem}\n${usage}\n`);
  return process.exit(2);
}

const [, , name = ''] = process.argv;
const start = Object.hasOwn(simulators, name) ? simulators[name] : undefined;
if (start === undefined) refuse(name === '' ? 'which one is missing' : `there is no '${name}'`);

const input = createInterface({ input: process.stdin });
const [line] = (await once(input, 'line')) as [string];
/** The parser's own words would quote the line, in which a client's secret may stand. */
function optionsIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('the first line is not JSON');
  }
}

let simulator: Running;
try {
  simulator = await start(optionsIn(line));
} catch (error) {
  if (error instanceof z.ZodError) refuse(z.prettifyError(error));
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
const stop = (): void => void simulator.close().then(() => process.exit());
process.once('SIGTERM', stop);
input.once('close', stop);
process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);

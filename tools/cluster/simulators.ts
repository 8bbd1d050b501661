/** `simulators.ts PORT URL`: the simulated AWS Marketplace Catalog of `npm run cluster -- up`, and where it sends events. */
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { keyHeader, keyVariable } from './stewards.ts';

const [port, url = ''] = process.argv.slice(2);
const events = { url, headers: { [keyHeader]: process.env[keyVariable] ?? '' } };
await startCatalogSimulator({ port: Number(port), seed: 18, defaultDurationMs: 500, events });
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit());

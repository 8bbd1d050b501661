/**
 * `npm run openapi`: checks the description of the ingress by OpenAPI's own meta-schema, and has schemathesis send what it
 * makes of it to a real ingress before a real Temporal: no answer but those of the description, and no failure. `-- 500` sends
 * that many requests to each address; 200 where no number is given.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { installPythonTool } from '@marketplace-steward/testing/python/pythonTool';
import { silent } from '@marketplace-steward/testing/silent';
import { startTemporalServer } from '@marketplace-steward/testing/temporal/temporalServer';
import { until } from '@marketplace-steward/testing/until';
import { loadConfiguration } from '../src/config/load.ts';
import { runIngressProcess } from '../src/ingress/process.ts';

const examples = process.argv[2] ?? '200';
const key = 'a-key-of-this-check-0';
const packages = await installPythonTool('schemathesis');
const folder = mkdtempSync(join(tmpdir(), 'steward-openapi-'));
const temporal = await startTemporalServer({ retentionDays: 1, uiPort: false });

/** The ingress answers in this process meanwhile. */
async function run(program: string, args: readonly string[]): Promise<boolean> {
  console.log(`\n${program} ${args.join(' ')}`);
  const child = spawn('python3', [join(packages, 'bin', program), ...args], {
    stdio: 'inherit',
    cwd: folder,
    env: { ...process.env, PYTHONPATH: packages },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

try {
  const file = join(folder, 'steward.yaml');
  const credentials = [{ header: 'x-steward-key', valueVariable: 'KEY' }];
  writeFileSync(
    file,
    JSON.stringify({ ingress: { port: 0, credentials: { eventbridge: credentials, webhook: credentials } } }),
  );
  const environment = { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_CONFIG_FILE: join(folder, 'none'), KEY: key };
  const ingress = await runIngressProcess(loadConfiguration(environment, file), silent);
  try {
    await until(async () => (await fetch(`${ingress.url}/readyz`)).ok);
    const document = join(folder, 'openapi.json');
    writeFileSync(document, await (await fetch(`${ingress.url}/openapi.json`)).text());
    const isValid = await run('openapi-spec-validator', ['--schema', '3.1', document]);
    const how = ['--checks', 'all', '--header', `x-steward-key: ${key}`, '--max-examples', examples, '--seed', '1'];
    const holds = await run('st', ['run', `${ingress.url}/openapi.json`, ...how]);
    process.exitCode = isValid && holds ? 0 : 1;
  } finally {
    await ingress.close();
  }
} finally {
  await temporal.stop();
  rmSync(folder, { recursive: true });
}

/**
 * The container `simulators` of the test: AWS Marketplace Catalog, simulated. The simulator listens on loopback, as always;
 * the worker reaches it by HTTPS, as it must reach every vendor, and the test its control by a port of the machine.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';

const ports = { simulator: 8091, control: 8092, worker: 8443 } as const;

function forward(socket: Socket): void {
  const simulator = connect(ports.simulator, '127.0.0.1');
  socket.pipe(simulator).pipe(socket);
  // A worker that is killed cuts its connections.
  for (const [one, other] of [
    [socket, simulator],
    [simulator, socket],
  ] as const)
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
}

await startCatalogSimulator({ port: ports.simulator, seed: 18, quotas: 'off', defaultDurationMs: 200 });
const fileOf = (variable: string): Buffer => readFileSync(process.env[variable] ?? '');
createServer(forward).listen(ports.control);
createTlsServer({ cert: fileOf('CERTIFICATE_FILE'), key: fileOf('KEY_FILE') }, forward).listen(ports.worker);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit());

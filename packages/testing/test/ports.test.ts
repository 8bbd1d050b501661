import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { freePort } from '../src/ports.ts';

const servers: Server[] = [];
function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    servers.push(server);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

test('gives the preferred port where it is free', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

test('gives a higher one that can be listened on where the preferred is taken', async () => {
  const taken = await listen(0);
  const port = await freePort(taken);
  expect(port).toBeGreaterThan(taken);
  await expect(listen(port)).resolves.toBe(port);
});

test('gives any port that can be listened on without a preference', async () => {
  const port = await freePort();
  await expect(listen(port)).resolves.toBe(port);
});

test('still finds one where the range above the preferred ends', async () => {
  const highest = 65_535;
  await listen(highest).catch(() => undefined);
  const port = await freePort(highest);
  expect(port).toBeLessThan(highest);
  expect(port).toBeGreaterThan(0);
});

test.each([-1, 65_536, 1.5, Number.NaN])('refuses %p, which is no port', async (port) => {
  await expect(freePort(port)).rejects.toThrow(`port must be a whole number from 0 to 65535, found ${port}`);
});

import { randomUUID } from 'node:crypto';
import { Client, type Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import { closableConnection } from './closableConnection.ts';
import { keepHistories, noteStarts } from './keptHistories.ts';
import { findTimeSkippingServer } from './temporalBinary.ts';
import { ensureNamespace } from './temporalNamespace.ts';
import { addressVariable } from './variables.ts';

type AttributeTypes = Readonly<Record<string, SearchAttributeType>>;

/** A namespace of the shared dev server that belongs to one test file alone. */
export interface TestTemporal {
  /** `host:port` */
  address: string;
  namespace: string;
  client: Client;
  connection: Connection;
  /** For workers. */
  nativeConnection: NativeConnection;
  /**
   * Closes the connections; workers must have ended.
   * @param keeping whether the histories are kept for the replay after the tests: those of the product’s own workflows.
   */
  close(keeping?: 'histories' | 'nothing'): Promise<void>;
}

/**
 * A fresh namespace with these search attributes on the shared dev server: call it in `beforeAll` of a file of the
 * project `server`, and `close()` in its `afterAll`. It can be used at once.
 */
export async function testTemporal(
  searchAttributes: AttributeTypes = {},
  namespace = `test-${randomUUID()}`,
): Promise<TestTemporal> {
  const address = process.env[addressVariable];
  if (address === undefined) throw new Error(`${addressVariable} is not set: only the jest project "server" has it`);
  const connection = await closableConnection(address);
  await ensureNamespace(connection, namespace, 1);
  await registerSearchAttributes(connection, namespace, searchAttributes);
  const nativeConnection = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  const close: TestTemporal['close'] = async (keeping = 'histories') => {
    if (keeping === 'histories') await keepHistories(client);
    await nativeConnection.close();
    await connection.close();
  };
  return { address, namespace, client, connection, nativeConnection, close };
}

/**
 * An environment on a time-skipping server of its own, with these search attributes; `teardown()` keeps
 * the histories of what its clients have started, and ends it. Skipping is server-wide, so no two tests may share one at
 * the same time. Another client needs the interceptors of the environment's own.
 */
export async function timeSkippingEnvironment(searchAttributes: AttributeTypes = {}): Promise<TestWorkflowEnvironment> {
  const { path } = await findTimeSkippingServer({ log: (line) => console.error(line) });
  const { interceptor, runs } = noteStarts();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
    client: { interceptors: { workflow: [interceptor] } },
  });
  environment.sleep = unlocking(environment);
  const end = environment.teardown.bind(environment);
  environment.teardown = async () => {
    await keepHistories(environment.client, runs);
    await end();
  };
  await registerSearchAttributes(environment.connection, environment.namespace ?? 'default', searchAttributes);
  return environment;
}

/** Longer than any stretch of time takes to be skipped on a busy machine. */
const heldMs = 10_000;

/**
 * Skips time as the environment does. An activity that began while its run was being terminated leaves the server's clock
 * locked for good: the lock is taken off then.
 */
function unlocking({ connection, sleep }: TestWorkflowEnvironment): TestWorkflowEnvironment['sleep'] {
  return async (duration) => {
    const unlock = setInterval(() => {
      connection.testService?.unlockTimeSkipping({}).catch(() => undefined);
    }, heldMs);
    try {
      await sleep(duration);
    } finally {
      clearInterval(unlock);
    }
  };
}

async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
  types: AttributeTypes,
): Promise<void> {
  if (Object.keys(types).length === 0) return;
  const searchAttributes = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, encodeSearchAttributeIndexedValueType(type) ?? 0]),
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
}

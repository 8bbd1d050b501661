import { Client } from '@temporalio/client';
import { loadConfiguration } from '../../src/config/load.ts';
import { connectLazily } from '../../src/delivery/connect.ts';
import type { Tenancy } from '../stage.ts';
import { bareCall } from './bare.ts';
import type { FreshEvent } from './events.ts';
import { createPoster } from './post.ts';

/** Makes the calls for these events ready; making them is what is timed. */
type Side = (events: readonly FreshEvent[]) => ReadonlyArray<() => Promise<void>>;

/** The two sides, and a client beside them. */
export interface Sides {
  readonly bare: Side;
  readonly ingress: Side;
  readonly client: Client;
}

/** Both sides over connections of their own that are made in the same way. */
export function openSides(tenancy: Tenancy, connections: number) {
  const configuration = loadConfiguration(tenancy.environment, tenancy.configurationFile, ['ingress']);
  const connection = connectLazily(configuration.temporal);
  const client = new Client({ connection, namespace: tenancy.namespace });
  const poster = createPoster(tenancy.ingress.url, tenancy.ingress.credential, connections);
  const sides: Sides = {
    client,
    bare: (events) => events.map((event) => bareCall(client, configuration, event)),
    ingress: (events) => events.map(({ bytes }) => poster.post.bind(poster, bytes)),
  };
  const close = async () => {
    poster.close();
    await connection.close();
  };
  return { sides, close };
}

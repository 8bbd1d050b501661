import {
  Client,
  Connection,
  type ConnectionLike,
  type ConnectionOptions,
  type WorkflowClientInterceptor,
} from '@temporalio/client';
import type { TemporalConfiguration } from '../config/temporal.ts';
import type { Encryption } from '../config/encryption.ts';
import { dataConverterOf } from './dataConverter.ts';
import type { UnreadablePayload } from './encryption/payloadCodec.ts';
import { cleanScreens } from './screen.ts';

/** gRPC waits up to two minutes between two attempts to connect; events would get 503 that long after Temporal is back. */
const longestReconnectWaitMs = 2_000;

/**
 * A connection to Temporal that is made at the first call, so that a process starts whether or not Temporal is there.
 * A call is made once: the sender of an event learns at once that it has to repeat it, while the SDK's own repeats go on
 * past every deadline, and throw where nobody can catch it when the connection is closed between two of them.
 */
export function connectLazily({ connectionOptions }: Pick<TemporalConfiguration, 'connectionOptions'>): Connection {
  return Connection.lazy({
    ...connectionOptions,
    interceptors: [],
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': longestReconnectWaitMs,
    },
  });
}

/** How a client reads and writes payloads. */
export interface ClientPayloads {
  /** Absent where nothing is encrypted. */
  readonly encryption?: Encryption;
  /** Gets the encrypted payloads that cannot be read. */
  readonly report?: (unreadable: UnreadablePayload) => void;
  /** Of traces; none where they are left out. */
  readonly interceptors?: readonly WorkflowClientInterceptor[];
}

/** A client of a server that answers now; closing its connection is the caller's. */
export async function connectClient(
  options: ConnectionOptions,
  namespace: string,
  payloads: ClientPayloads = {},
): Promise<Client> {
  return clientOf(await Connection.connect(options), namespace, payloads);
}

/** A client over a connection, which stays its owner's to close. */
export function clientOf(
  connection: ConnectionLike,
  namespace: string,
  { encryption, report, interceptors = [] }: ClientPayloads = {},
): Client {
  return new Client({
    connection,
    namespace,
    dataConverter: dataConverterOf(encryption, report),
    interceptors: { workflow: [...interceptors, cleanScreens] },
  });
}

import { isGrpcServiceError, type Client, type ConnectionOptions } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { Encryption } from '../config/encryption.ts';
import { loadTemporalConfiguration, webUiOf, type TemporalConfiguration } from '../config/temporal.ts';
import { defined } from '../defined.ts';
import { connectClient, type ClientPayloads } from '../delivery/connect.ts';
import { connectionTrouble, TemporalConnectionError } from '../delivery/connectionTrouble.ts';
import { reportOnce, unreadableText } from '../delivery/encryption/payloadCodec.ts';
import { CommandProblem, exitCodes, firstLine, unforeseenProblem, type CommandContext } from './command.ts';
import { findEndpoints } from './endpoints.ts';
import { shellQuoted } from './format.ts';
import type { TemporalFlags } from './options.ts';

/** The server of a command, for its messages. */
interface Peer {
  readonly address: string;
  readonly namespace: string;
  /** Where the address is from, in words. */
  readonly source: string;
}

/** A Temporal server that answers, for the time of one command. */
export interface TemporalAccess {
  readonly client: Client;
  readonly peer: Peer;
  /** The Web UI's base URL, where it is known. */
  readonly uiUrl?: string;
  /** How payloads are encrypted; absent where they are not. */
  readonly encryption?: Encryption;
  /** The simulated AWS Marketplace of a running `npm start`, where that is used. */
  readonly catalogSimulator?: string;
  /** The flags by which another command reaches the same server, with a leading space, or nothing. */
  readonly flagsAgain: string;
}

interface Target extends Pick<TemporalAccess, 'peer' | 'uiUrl' | 'encryption' | 'catalogSimulator'> {
  readonly options: ConnectionOptions;
}

const connectWithinMs = 5_000;
/** After this a terminal shows what the command waits for. */
const slowAfterMs = 1_500;

/**
 * Connects, runs the command and closes the connection, whatever happened.
 * @throws CommandProblem: `unreachable` where the server does not answer, refuses, or has no such namespace
 */
export async function withTemporal<Result>(
  flags: TemporalFlags,
  context: CommandContext,
  use: (access: TemporalAccess) => Promise<Result>,
): Promise<Result> {
  const { options, ...target } = await findTarget(flags, context);
  const { peer, encryption } = target;
  try {
    const report = reportOnce((unreadable) => context.note(unreadableText(unreadable)));
    const slow = setTimeout(() => context.progress(`Temporal at ${peer.address} has not answered yet`), slowAfterMs);
    const client = await connected(options, peer, defined({ encryption, report })).finally(() => clearTimeout(slow));
    try {
      return await use({ client, ...target, flagsAgain: flagsAgain(flags) });
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    throw temporalProblem(error, peer);
  }
}

/** Where the pages of workflows are. */
export type LinkPlace = Pick<TemporalAccess, 'uiUrl' | 'peer'>;

/** The page of a workflow that shows its summary and details; nothing where the Web UI's address is unknown. */
export function workflowLink(access: LinkPlace, workflowId: string, runId: string): string | undefined {
  if (access.uiUrl === undefined) return undefined;
  const namespace = encodeURIComponent(access.peer.namespace);
  const path = `/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;
  return `${access.uiUrl.replace(/\/+$/, '')}${path}`;
}

async function connected(options: ConnectionOptions, peer: Peer, payloads: ClientPayloads): Promise<Client> {
  try {
    return await connectClient({ connectTimeout: connectWithinMs, ...options }, peer.namespace, payloads);
  } catch (error) {
    const trouble = await connectionTrouble(options);
    if (trouble !== undefined && !trouble.isAway) throw connectionProblem(trouble.sentence, peer);
    const problem = temporalProblem(error, peer);
    throw problem.exitCode === exitCodes.failed ? unreachable(peer) : problem;
  }
}

async function findTarget(flags: TemporalFlags, context: CommandContext): Promise<Target> {
  const named =
    flags.address !== undefined || Object.keys(context.environment).some((key) => key.startsWith('TEMPORAL_'));
  const endpoints = named ? undefined : findEndpoints(context);
  if (endpoints !== undefined) {
    context.note(`using the running npm start (${endpoints.file}): Temporal at ${endpoints.temporal}`);
    const { temporal: address, file } = endpoints;
    const peer = { address, namespace: flags.namespace ?? endpoints.namespace, source: `from ${file}` };
    const { catalogSimulator } = endpoints;
    return { peer, ...defined({ uiUrl: flags.ui ?? endpoints.ui, catalogSimulator }), options: { address } };
  }
  const temporal = loadTemporalConfiguration(context.environment, flags);
  const { tls, apiKey, metadata, address = 'localhost:7233' } = temporal.connectionOptions;
  const source = sourceOf(flags, context, temporal);
  const peer = { address, namespace: temporal.namespace, source };
  const file = flags.config ?? context.environment['STEWARD_CONFIG'];
  // Loaded where it is needed: it takes a tenth of a command's time.
  const encryption = file
    ? (await import('../config/encryption.ts')).loadEncryption(context.environment, file)
    : undefined;
  return {
    peer,
    ...defined({ uiUrl: flags.ui ?? webUiOf(temporal), encryption }),
    options: { address, ...defined({ tls, apiKey, metadata }) },
  };
}

/** Where the address is from, in words. */
function sourceOf(
  flags: TemporalFlags,
  { environment }: CommandContext,
  { connectionOptions: { address } }: TemporalConfiguration,
): string {
  if (flags.address !== undefined) return 'from --address';
  if (environment['TEMPORAL_ADDRESS'] !== undefined) return 'from TEMPORAL_ADDRESS';
  return address === undefined ? 'the default' : "from a profile of Temporal's configuration file";
}

function flagsAgain(flags: TemporalFlags): string {
  const again = [
    ...(flags.address === undefined ? [] : ['--address', flags.address]),
    ...(flags.namespace === undefined ? [] : ['--namespace', flags.namespace]),
  ];
  return again.map((word) => ` ${shellQuoted(word)}`).join('');
}

/** gRPC's status codes (grpc.io, Status codes) that an operator can do something about. */
const grpc = {
  invalidArgument: 3,
  deadline: 4,
  notFound: 5,
  permissionDenied: 7,
  unavailable: 14,
  unauthenticated: 16,
};

/**
 * Turns what a Temporal call threw into a problem with a next step.
 * @param peer the server that the call went to
 */
export function temporalProblem(error: unknown, peer: Peer): CommandProblem {
  if (error instanceof CommandProblem) return error;
  if (error instanceof NamespaceNotFoundError) return noNamespace(peer);
  const there = `Temporal at ${peer.address} (${peer.source})`;
  if (error instanceof TemporalConnectionError) return connectionProblem(error.message, peer);
  // The worker's own connection gives no status, only a text.
  if (error instanceof Error && error.name === 'TransportError') {
    const check = 'Check that it runs, and TEMPORAL_API_KEY or the TEMPORAL_TLS_* variables.';
    return new CommandProblem(exitCodes.unreachable, `${there} cannot be used: ${firstLine(error.message)}. ${check}`);
  }
  const status = grpcStatus(error);
  switch (status?.code) {
    case grpc.deadline:
    case grpc.unavailable:
      return unreachable(peer);
    case grpc.notFound:
      return noNamespace(peer);
    case grpc.permissionDenied:
    case grpc.unauthenticated:
      return new CommandProblem(
        exitCodes.unreachable,
        `${there} refuses these credentials. Check TEMPORAL_API_KEY or the TEMPORAL_TLS_* variables.`,
      );
    case grpc.invalidArgument:
      return new CommandProblem(
        exitCodes.failed,
        `${there} refused the request: ${firstLine(status.details)}. If a search attribute is missing, start a worker once: it creates them, or logs the commands that do.`,
      );
    default:
      return unforeseenProblem(error);
  }
}

/** Temporal's words on a request that it refused as wrong; undefined for any other error. */
export function refusalWords(error: unknown): string | undefined {
  const status = grpcStatus(error);
  return status?.code === grpc.invalidArgument ? firstLine(status.details) : undefined;
}

/** The problem of a server that does not answer. */
function unreachable({ address, source }: Peer): CommandProblem {
  return new CommandProblem(
    exitCodes.unreachable,
    `Temporal at ${address} (${source}) does not answer. Check that it runs and that the TEMPORAL_TLS_* variables fit, or name another with --address or TEMPORAL_ADDRESS.`,
  );
}

/** @param sentence as `connectionTrouble` says it. */
function connectionProblem(sentence: string, { address, source }: Peer): CommandProblem {
  return new CommandProblem(exitCodes.unreachable, `Temporal at ${address} (${source}) ${sentence}`);
}

function noNamespace({ address, namespace, source }: Peer): CommandProblem {
  return new CommandProblem(
    exitCodes.unreachable,
    `Temporal at ${address} (${source}) has no namespace ${namespace}. Name another with --namespace or TEMPORAL_NAMESPACE, or create it.`,
  );
}

function grpcStatus(error: unknown): { code: number; details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: error.code, details: error.details };
  if (error instanceof Error && error.cause !== undefined) return grpcStatus(error.cause);
  return undefined;
}

import { Client, Connection } from '@temporalio/client';
import { defined } from '../defined.ts';
import { loadTemporalConfiguration } from '../config/load.ts';
import type { CommandContext } from './context.ts';
import { findEndpoints } from './endpoints.ts';
import { shellQuoted } from './format.ts';
import { exitCodes } from './problems.ts';
import type { TemporalFlags } from './temporalFlags.ts';
import { temporalProblem, unreachable } from './temporalProblems.ts';
import type { Peer } from './temporalProblems.ts';

/** A Temporal server that answers, for the time of one command. */
export interface TemporalAccess {
  readonly client: Client;
  readonly connection: Connection;
  readonly peer: Peer;
  /** The Web UI's base URL, where it is known. */
  readonly uiUrl: string | undefined;
  /** The flags that a ready command needs to reach the same server, with a leading space, or nothing. */
  readonly flagsAgain: string;
}

interface Target {
  readonly peer: Peer;
  readonly uiUrl: string | undefined;
  readonly connect: () => Promise<Connection>;
}

const connectWithinMs = 5_000;

/**
 * Connects, runs the command and closes the connection, whatever happened.
 * @throws CommandProblem: `unreachable` where the server does not answer, refuses, or has no such namespace
 */
export async function withTemporal<Result>(
  flags: TemporalFlags,
  context: CommandContext,
  use: (access: TemporalAccess) => Promise<Result>,
): Promise<Result> {
  const target = findTarget(flags, context);
  const { peer, uiUrl } = target;
  try {
    const connection = await connected(target);
    try {
      const client = new Client({ connection, namespace: peer.namespace });
      return await use({ client, connection, peer, uiUrl, flagsAgain: flagsAgain(flags) });
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw temporalProblem(error, peer);
  }
}

/** The page of a workflow that shows its summary and details; nothing where the Web UI's address is unknown. */
export function workflowLink(access: TemporalAccess, workflowId: string, runId: string): string | undefined {
  if (access.uiUrl === undefined) return undefined;
  const namespace = encodeURIComponent(access.peer.namespace);
  const path = `/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;
  return `${access.uiUrl.replace(/\/+$/, '')}${path}`;
}

async function connected({ connect, peer }: Target): Promise<Connection> {
  try {
    return await connect();
  } catch (error) {
    const problem = temporalProblem(error, peer);
    throw problem.exitCode === exitCodes.failed ? unreachable(peer) : problem;
  }
}

function findTarget(flags: TemporalFlags, context: CommandContext): Target {
  const named =
    flags.address !== undefined || Object.keys(context.environment).some((key) => key.startsWith('TEMPORAL_'));
  const endpoints = named ? undefined : findEndpoints(context);
  if (endpoints !== undefined) {
    context.note(`using the running npm start (${endpoints.file}): Temporal at ${endpoints.temporal}`);
    const { temporal: address, file } = endpoints;
    const peer = { address, namespace: flags.namespace ?? endpoints.namespace, source: `from ${file}` };
    const connect = () => Connection.connect({ address, connectTimeout: connectWithinMs });
    return { peer, uiUrl: flags.ui ?? endpoints.ui, connect };
  }
  const { connectionOptions, namespace } = loadTemporalConfiguration(context.environment);
  const { tls, apiKey, metadata } = connectionOptions;
  const address = flags.address ?? connectionOptions.address ?? 'localhost:7233';
  const source = flags.address !== undefined ? 'from --address' : named ? 'from TEMPORAL_* variables' : 'the default';
  const connect = () =>
    Connection.connect({
      address,
      connectTimeout: connectWithinMs,
      ...defined({ tls, apiKey, metadata }),
    });
  return { peer: { address, namespace: flags.namespace ?? namespace, source }, uiUrl: flags.ui, connect };
}

function flagsAgain(flags: TemporalFlags): string {
  const again = [
    ...(flags.address === undefined ? [] : ['--address', flags.address]),
    ...(flags.namespace === undefined ? [] : ['--namespace', flags.namespace]),
  ];
  return again.map((word) => ` ${shellQuoted(word)}`).join('');
}

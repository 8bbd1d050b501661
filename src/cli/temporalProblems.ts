import { isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { CommandProblem, exitCodes, firstLine } from './problems.ts';

/** Where a command was talking to, for its messages. */
export interface Peer {
  readonly address: string;
  readonly namespace: string;
  /** In words, where the address was taken from. */
  readonly source: string;
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
 * Permits whatever a Temporal call threw into a problem with a next step.
 * @param peer the server that the call went to
 */
export function temporalProblem(error: unknown, peer: Peer): CommandProblem {
  if (error instanceof CommandProblem) return error;
  if (error instanceof NamespaceNotFoundError) return noNamespace(peer);
  const status = grpcStatus(error);
  const there = `Temporal at ${peer.address} (${peer.source})`;
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
        `${there} refused the request: ${firstLine(status.details)}. Where a search attribute is missing, start a worker once: it registers them.`,
      );
    default:
      return new CommandProblem(exitCodes.failed, firstLine(error instanceof Error ? error.message : String(error)));
  }
}

/** The problem of a server that does not answer. */
export function unreachable({ address, source }: Peer): CommandProblem {
  return new CommandProblem(
    exitCodes.unreachable,
    `Temporal at ${address} (${source}) does not answer. Check that it runs, or name another with --address or TEMPORAL_ADDRESS.`,
  );
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

import { isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';

/** The reason for a log and for a sender where Temporal let this time pass, in milliseconds. */
export function unansweredReason(withinMs: number): string {
  return `Temporal did not answer within ${withinMs} ms`;
}

/** The same where the deadline of the call itself ended first; undefined for every other error. */
export function reasonOfDeadline(error: unknown, withinMs: number): string | undefined {
  return isGrpcDeadlineError(error) ? unansweredReason(withinMs) : undefined;
}

/** gRPC's status code of an error (grpc.io, Status codes); undefined for what is none of gRPC. */
export function grpcCodeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? Number(error.code) : undefined;
}

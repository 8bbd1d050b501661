import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { decode } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import { quarantinedEventType, quarantineWorkflowId } from '../workflows/quarantinedEvent/contract.ts';
import { isUndecodable, undecodableText } from '../workflows/shared/payloadConverter.ts';
import { listWorkflows, quoted, type WorkflowRun } from './workflows.ts';

/** The bytes of a quarantined event as its workflow was started with them. */
export interface KeptBytes {
  readonly bytes: Uint8Array;
  readonly envelope: string;
  /** False where they have another digest than their workflow says. */
  readonly isWhole: boolean;
}

/** The bytes, or why they cannot be read here. */
export type QuarantinedBytes = KeptBytes | { readonly problem: string };

/** So many workflows show that the beginning of a digest is too short. */
const mostNamed = 5;

/**
 * Reads the bytes from the first event of the run's history: no worker is needed.
 */
export async function quarantinedBytes(client: Client, { workflowId, runId }: WorkflowRun): Promise<QuarantinedBytes> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const [payload] = await decode(loadedDataConverter.payloadCodecs, payloads);
  const input: unknown = payload && loadedDataConverter.payloadConverter.fromPayload<unknown>(payload);
  if (isUndecodable(input)) return { problem: undecodableText(input) };
  if (typeof input !== 'object' || input === null || !('bytesBase64' in input)) return noBytes;
  const { bytesBase64, envelope, sha256 } = input as Partial<Record<string, unknown>>;
  if (typeof bytesBase64 !== 'string') return noBytes;
  const bytes = Buffer.from(bytesBase64, 'base64');
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { bytes, envelope: typeof envelope === 'string' ? envelope : 'unknown', isWhole: digest === sha256 };
}

const noBytes: QuarantinedBytes = { problem: 'its workflow was started with no bytes' };

/**
 * The workflows of quarantined bytes whose digest begins so, the newest first, at most five.
 * @param beginning hexadecimal digits.
 */
export async function quarantinedByDigest(client: Client, beginning: string): Promise<readonly string[]> {
  const query = `WorkflowType=${quoted(quarantinedEventType)} AND WorkflowId STARTS_WITH ${quoted(quarantineWorkflowId(beginning))}`;
  const found = new Set<string>();
  for await (const { workflowId } of listWorkflows(client, query, 100)) {
    found.add(workflowId);
    if (found.size === mostNamed) break;
  }
  return [...found];
}

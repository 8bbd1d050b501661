import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { sampleAccount } from '../ingress/events.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import type { BareOutcome, wholeRemediation } from './bareWorkflows.ts';

const eventSchema = z.looseObject({
  'detail-type': z.string(),
  detail: z.looseObject({ ChangeSetId: z.string(), ChangeSetName: z.string().optional() }),
});

/** Takes the simulated vendor's events, and starts or signals a bare remediation. It is not in the measured process. */
export async function startBareIngress(client: Client) {
  const deliver = async (event: z.output<typeof eventSchema>): Promise<void> => {
    const { ChangeSetId: changeSetId, ChangeSetName: name = '' } = event.detail;
    const origin = /\+retry\.([^.]+)\./.exec(name)?.[1] ?? changeSetId;
    await client.workflow.signalWithStart<typeof wholeRemediation, [BareOutcome]>('wholeRemediation', {
      workflowId: changeSetWorkflowId(origin),
      taskQueue: stewardTaskQueue,
      args: [{ account: sampleAccount, changeSetId: origin }],
      signal: 'changeSetOutcome',
      signalArgs: [{ changeSetId, succeeded: event['detail-type'].includes('Succeeded') }],
    });
  };
  const server = createServer((request, response) => {
    json(request)
      .then((body) => deliver(eventSchema.parse(body)))
      .then(
        () => response.writeHead(202).end('{}'),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

import { defined } from '../../defined.ts';
import type { SecurityReportCreated } from '../../events/types.ts';
import {
  securityCaseType,
  securityReportSignal,
  securityWorkflowId,
  type SecurityCaseInput,
  type SecurityReportMessage,
  type SecurityStateName,
} from '../../workflows/securityCase/contract.ts';
import { securitySubject } from '../../workflows/securityCase/subject.ts';
import { hasIssues } from '../../workflows/securityCase/transitions/reports.ts';
import { plain, readableTime } from '../../workflows/shared/markdown.ts';
import { configuredPolicy } from '../../policies/configured.ts';
import type { Delivery, RouteContext } from '../delivery.ts';

function messageOf(event: SecurityReportCreated): SecurityReportMessage {
  return defined({
    eventId: event.eventId,
    reportedAt: event.occurredAt,
    numberOfProductsWithIssues: event.numberOfProductsWithIssues,
    numberOfVersionsWithIssues: event.numberOfVersionsWithIssues,
    numberOfLatestVersionsWithIssues: event.numberOfLatestVersionsWithIssues,
    newIssuesFound: event.newIssuesFound,
    upcomingResolutionDueDate: event.upcomingResolutionDueDate,
  });
}

/** To the one security case of the account. A report without issues starts or finds a case that is clear. */
export function securityDelivery(event: SecurityReportCreated, context: RouteContext): Delivery {
  const { account } = event;
  const message = messageOf(event);
  const policy = configuredPolicy('securityCase', context);
  const input: SecurityCaseInput = { version: 1, account, policy };
  const open = hasIssues(event);
  const dueAt = open ? event.upcomingResolutionDueDate : undefined;
  return {
    kind: event.kind,
    eventId: event.eventId,
    workflowType: securityCaseType,
    workflowId: securityWorkflowId(account),
    input,
    signal: { name: securityReportSignal.name, message },
    attributes: {
      state: (open ? 'open' : 'clear') satisfies SecurityStateName,
      account,
      attention: open,
      subject: securitySubject({ account, open, products: event.numberOfProductsWithIssues, dueAt }),
      ...defined({ dueAt }),
    },
    staticSummary: `Security issues of account ${account}`,
    staticDetails: [
      `- **Account:** ${account}`,
      `- **First report:** ${readableTime(event.occurredAt)}, ${open ? 'with issues' : 'without issues'}`,
      ...(dueAt !== undefined ? [`- **Due by that report:** ${readableTime(dueAt)}`] : []),
      ...event.notes.map((note) => `- **Note:** ${plain(note, 300)}`),
    ].join('\n'),
    afterCompletion: 'startAgain',
  };
}

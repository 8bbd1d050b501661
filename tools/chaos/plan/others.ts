import { createHash } from 'node:crypto';
import { readFixture, sampleEvent } from '@marketplace-steward/testing/fixtures';
import { kindHeading } from '../../../src/delivery/headings.ts';
import { heldEventsWorkflowId } from '../../../src/workflows/heldEvents/contract.ts';
import { autoAccount } from './changeSets.ts';
import { sent, type Story, type StoryContext, type StoryEvent } from './story.ts';

const unknownKinds = ['Change Set Started', 'Listing Renewed'] as const;
const fixedTime = '2026-11-01T12:00:00Z';

function keptAs(body: string): string {
  return `quarantine:${createHash('sha256').update(body).digest('hex')}`;
}

/** Bytes that no vendor would send: cut, of another type, or of a source that there is not. No time is in them. */
function unreadableBody({ draws }: StoryContext): string {
  const envelope = { id: draws.uuid(), time: fixedTime };
  const whole = JSON.stringify(sampleEvent('changeSetFailed', envelope, {}));
  return draws.one([
    whole.slice(0, Math.floor(whole.length / 2)),
    JSON.stringify(sampleEvent('changeSetFailed', envelope, { ChangeSetId: 42 })),
    JSON.stringify(sampleEvent('changeSetFailed', { ...envelope, source: 'aws.nobody' }, {})),
  ]);
}

/** What nobody can read is kept; an operator discards it, or has it read again in vain, or nobody answers. */
export function unreadable(context: StoryContext): Story {
  const body = unreadableBody(context);
  const workflowId = keptAs(body);
  const event: StoryEvent = { vendor: 'aws', body, workflowId };
  const keptStory = (states: readonly string[], ...commands: readonly string[]): Story => ({
    events: [event],
    commands: commands.map((command) => ({ words: [command, workflowId], workflowId, after: 0.1 })),
    ends: { [workflowId]: { states } },
  });
  switch (context.index % 3) {
    case 0:
      // A copy that comes after that is kept again.
      return keptStory(['discarded', 'quarantined'], 'discard');
    case 1:
      return keptStory(['quarantined']);
    default:
      return keptStory(['quarantined'], 'replay');
  }
}

/** A kind that no document names: reported once, counted roughly. */
export function unknownKind(context: StoryContext): Story {
  const { draws } = context;
  const kind = draws.one(unknownKinds);
  const sample = readFixture('changeSetFailed') as object;
  const event = {
    ...sample,
    id: draws.uuid(),
    'detail-type': kind,
    account: autoAccount(context),
    detail: { requestId: draws.uuid() },
  };
  const body = JSON.stringify(event);
  const workflowId = heldEventsWorkflowId(kindHeading(`aws.marketplacecatalog/${kind}`));
  return {
    events: [{ vendor: 'aws', body, workflowId }],
    ends: { [workflowId]: { states: ['recorded'] } },
  };
}

/** An account that the configuration does not have: its event is held, and one question is asked for all. */
export function unconfigured({ draws, cast }: StoryContext): Story {
  const envelope = { id: draws.uuid(), time: fixedTime, account: cast.unconfigured };
  const body = JSON.stringify(sampleEvent('changeSetSucceeded', envelope, { ChangeSetId: draws.token(25) }));
  return {
    events: [{ vendor: 'aws', body, workflowId: keptAs(body) }],
    ends: {
      [keptAs(body)]: { states: ['held'] },
      [`unconfigured:${cast.unconfigured}`]: { states: ['awaitingConfiguration'] },
    },
  };
}

/** A test of the way in; of too many within a minute some are ignored. */
export function testEvent(context: StoryContext): Story {
  const { draws } = context;
  const id = draws.uuid();
  const workflowId = `test-event:${id}`;
  const body = JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Change Set Succeeded',
    source: 'marketplace-steward.test',
    account: autoAccount(context),
    time: sent(0),
    region: 'us-east-1',
    resources: [],
    detail: { testId: id, sentAt: sent(0) },
  });
  return { events: [{ vendor: 'aws', body, workflowId, identity: id, mayBeIgnored: true }], ends: {} };
}

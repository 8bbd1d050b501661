import type { Client } from '@temporalio/client';
import { heldEventsWorkflowId, type Heading } from '../workflows/heldEvents/contract.ts';
import { quarantinedEventType, type QuarantineStateName } from '../workflows/quarantinedEvent/contract.ts';
import { entitiesAttribute, stateAttribute } from '../workflows/shared/searchAttributes.ts';
import { quoted } from './workflows.ts';

/** How many events of a heading may be held. */
export interface HoldLimit {
  /**
   * Whether one more may be held now. It asks Temporal at most once a second for a heading, and counts what it admits in
   * between; several processes may together admit what arrives within about a second beyond the limit, never less.
   * @throws what the client throws where Temporal does not answer.
   */
  admits(heading: Heading, most: number): Promise<boolean>;
}

/** A count is taken for right for this long, in milliseconds. */
const countedForMs = 1_000;
/** Headings whose count is remembered. */
const remembered = 1_000;

/** The events that are held under a heading, for visibility. */
export function heldQuery(heading: Heading): string {
  return [
    `WorkflowType=${quoted(quarantinedEventType)}`,
    'ExecutionStatus="Running"',
    `${stateAttribute.name}=${quoted('held' satisfies QuarantineStateName)}`,
    `${entitiesAttribute.name}=${quoted(heldEventsWorkflowId(heading))}`,
  ].join(' AND ');
}

interface Counted {
  readonly atMs: number;
  readonly count: Promise<number>;
  admitted: number;
}

/** The limit by the number of workflows that hold bytes under the heading, whichever process began them. */
export function createHoldLimit(client: Client, nowMs: () => number = () => performance.now()): HoldLimit {
  const known = new Map<string, Counted>();
  return {
    async admits(heading, most) {
      const key = heldEventsWorkflowId(heading);
      let counted = known.get(key);
      if (counted === undefined || nowMs() - counted.atMs >= countedForMs) {
        const count = client.workflow.count(heldQuery(heading)).then((answer) => answer.count);
        counted = { atMs: nowMs(), count, admitted: 0 };
        known.delete(key);
        known.set(key, counted);
        const [oldest] = known.keys();
        if (known.size > remembered && oldest !== undefined) known.delete(oldest);
      }
      try {
        if ((await counted.count) + counted.admitted >= most) return false;
      } catch (error) {
        known.delete(key);
        throw error;
      }
      counted.admitted += 1;
      return true;
    },
  };
}

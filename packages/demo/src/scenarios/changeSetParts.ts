import { defined } from '../../../../src/defined.ts';
import { changeSetWorkflowId } from '../../../../src/workflows/changeSetRemediation/contract.ts';
import { accounts, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, SimulatorControls } from './scenario.ts';

/** A change set as the simulated vendor takes it. */
export type PutChangeSet = Parameters<SimulatorControls['catalog']['putChangeSet']>[0];
/** What becomes of a successor. */
export type Outcome = Parameters<SimulatorControls['catalog']['plan']>[0]['outcomes'][number];

/** The change set that a story begins with. */
export interface Origin {
  readonly id: string;
  readonly startTime: string;
  readonly endTime: string;
}

const minuteMs = 60_000;
/** As long as the sample's change set ran. */
const ranForMs = 70 * minuteMs;
const endedAgoMs = 2_000;
const idLength = 25;
const entityIdLength = 13;

/**
 * A change set that has ended a moment ago.
 * @param longMs how long it ran
 */
export function newOrigin({ token, nowMs }: ScenarioContext, longMs = ranForMs): Origin {
  const endMs = nowMs - endedAgoMs;
  return { id: token(idLength), startTime: vendorTime(endMs - longMs), endTime: vendorTime(endMs) };
}

/** A fresh product's id. */
export function newProductId({ token }: ScenarioContext): string {
  return `prod-${token(entityIdLength)}`;
}

/** A change set that gave a product another title, of the manufacturer unless another account is named. */
export function update(origin: Origin, productId: string, account: string = accounts.manufacturer): PutChangeSet {
  return {
    changeSetId: origin.id,
    account,
    name: 'Update my product',
    status: 'SUCCEEDED',
    startTime: origin.startTime,
    endTime: origin.endTime,
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: `${productId}@1`,
        details: '{"ProductTitle":"My product, version 2"}',
      },
    ],
  };
}

/** The same change set, failed by a fault of AWS's own. */
export function failedByAws(changeSet: PutChangeSet): PutChangeSet {
  const failureDescription = 'An internal error occurred. Try again.';
  return { ...changeSet, status: 'FAILED', failureCode: 'SERVER_FAULT', failureDescription };
}

/** The same change set, failed by what it holds, with the error on each change. */
export function failedByContents(changeSet: PutChangeSet): PutChangeSet {
  const errors = [{ code: 'INVALID_INPUT', message: 'LogoUrl: the image must be at least 110 pixels wide.' }];
  return {
    ...changeSet,
    status: 'FAILED',
    failureCode: 'CLIENT_ERROR',
    failureDescription: 'One or more changes failed validation.',
    changes: changeSet.changes.map((change) => ({ ...change, errors })),
  };
}

/** A scenario that begins with a failed change set, whose event the simulated vendor posts itself. */
export function failureOf(
  origin: Origin,
  changeSet: PutChangeSet,
  story: Pick<Scenario, 'name' | 'group' | 'expected' | 'afterReset'> & {
    readonly prepare?: (controls: SimulatorControls) => void;
    readonly events?: Scenario['events'];
    /** How many successors go out in the end. */
    readonly submits?: number;
  },
): Scenario {
  const { prepare, events = [], submits, ...rest } = story;
  return {
    ...rest,
    workflowId: changeSetWorkflowId(origin.id),
    ...defined({ submits: submits === undefined ? undefined : { ofOrigins: [origin.id], expected: submits } }),
    prepare: (controls) => {
      controls.catalog.putChangeSet(changeSet);
      prepare?.(controls);
    },
    events: [{ from: 'catalogSimulator', changeSetId: origin.id }, ...events],
  };
}

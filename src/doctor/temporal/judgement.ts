import {
  creatingCommands,
  searchAttributeTypeNames,
  type AttributePlace,
} from '../../delivery/searchAttributeCommands.ts';
import { queueNames, taskQueues, type QueueName } from '../../workflows/shared/taskQueues.ts';
import { reporterOf, type Finding } from '../finding.ts';
import type { FailingTasksFact, PollingVersion, TemporalFacts } from './facts.ts';
import type { Probed } from '../probe.ts';

const dayMs = 86_400_000;
/** So long AWS keeps change sets, whose events may come again: within the retention repeats are recognised. */
const leastRetentionMs = 60 * dayMs;
/** What docs/temporal-cloud.md and docker-compose.yml ask for. */
const askedRetentionDays = 90;

const temporal = reporterOf('temporal');
const workers = reporterOf('workers');

/** Where Temporal is, and what else decides how its facts are judged. */
export interface TemporalPlace extends AttributePlace {
  readonly address: string;
  /** Where the address is from, in words. */
  readonly source: string;
  /** Whether merchants of Buy with Prime are configured: their queue needs workers then. */
  readonly hasMerchants: boolean;
}

function days(ms: number): string {
  const count = Math.floor(ms / dayMs);
  return count === 1 ? '1 day' : `${count} days`;
}

function retentionFinding({ namespace, isCloud }: TemporalPlace, retentionMs: number | undefined): Finding {
  if (retentionMs === undefined) return temporal.unknown(`Namespace ${namespace} says nothing of its retention`);
  const text = `Namespace ${namespace} keeps ended workflows for ${days(retentionMs)}`;
  if (retentionMs >= leastRetentionMs) return temporal.ok(text);
  const command = `temporal operator namespace update --namespace ${namespace} --retention ${askedRetentionDays}d`;
  return temporal.warn(text, {
    mend: 'A repeated event is recognised within that time only: keep them for 90 days',
    ...(isCloud ? {} : { commands: [command] }),
  });
}

function attributeFindings(place: TemporalPlace, { attributes }: TemporalFacts): readonly Finding[] {
  if ('failure' in attributes) {
    return [temporal.unknown(`The search attributes could not be listed: ${attributes.failure.text}`)];
  }
  const { missing, mistyped } = attributes.value;
  const wrong = mistyped.map((text) =>
    temporal.bad(text, { mend: 'Rename or remove it, and create the right one (docs/temporal-cloud.md)' }),
  );
  const absent = missing.map((name) =>
    temporal.bad(`Search attribute ${name} is missing: events are answered 503`, {
      mend: 'A worker that starts creates it where it may; else an administrator does',
      commands: creatingCommands(place, [name]),
    }),
  );
  if (wrong.length + absent.length > 0) return [...wrong, ...absent];
  return [temporal.ok(`All ${searchAttributeTypeNames.size} search attributes are there, with their types`)];
}

function taskFinding(failing: Probed<FailingTasksFact>): Finding {
  if ('failure' in failing) {
    return workers.unknown(`Whether workflow tasks fail is not known: ${failing.failure.text}`);
  }
  const { count, causes } = failing.value;
  if (count === 0) return workers.ok('No workflow task fails');
  const subject = count === 1 ? 'The task of 1 workflow fails' : `The tasks of ${count} workflows fail`;
  return workers.bad(`${subject} (${causes.join(', ')})`, {
    mend: 'They stand still until a worker of a version that can continue them runs (docs/command.md)',
    commands: ['steward list --attention'],
  });
}

function versionText({ deployment, buildId, workers: count }: PollingVersion): string {
  const who = count === 1 ? '1 worker' : `${count} workers`;
  return deployment === undefined ? who : `${who} of version ${deployment}:${buildId ?? 'unknown'}`;
}

function queueFinding(
  queue: QueueName,
  polled: Probed<readonly PollingVersion[]>,
  { hasMerchants }: TemporalPlace,
): Finding {
  const name = taskQueues[queue];
  if ('failure' in polled) {
    return workers.unknown(`Who serves the task queue ${name} is not known: ${polled.failure.text}`);
  }
  const versions = polled.value;
  if (versions.length > 0) return workers.ok(`Task queue ${name}: ${versions.map(versionText).join(', ')}`);
  if (queue === 'buyWithPrime' && !hasMerchants) {
    return workers.ok(`Task queue ${name}: no worker, and no merchant is configured`);
  }
  return workers.bad(`No worker serves the task queue ${name}: its work waits`, {
    mend: 'Start one, or see why it ended',
    commands: [`steward worker --queues ${queue} --config <file>`],
  });
}

/** A deployment without a current version gives new runs to nobody. */
function deploymentFindings({ deployments, queues }: TemporalFacts): readonly Finding[] {
  return [...deployments].map(([name, probed]) => {
    if ('failure' in probed) {
      return workers.unknown(`Which version of ${name} is current is not known: ${probed.failure.text}`);
    }
    const { current } = probed.value;
    const polling = queueNames.flatMap((queue) => ('value' in queues[queue] ? queues[queue].value : []));
    const ids = [
      ...new Set(polling.flatMap(({ deployment, buildId }) => (deployment === name ? (buildId ?? []) : []))),
    ];
    const set = ids.map(
      (id) => `temporal worker deployment set-current-version --deployment-name ${name} --build-id ${id}`,
    );
    if (current === undefined) {
      return workers.bad(`No version of the deployment ${name} is current: runs begin on none`, {
        mend: 'Make one current (docs/upgrading.md)',
        commands: set,
      });
    }
    if (ids.includes(current)) return workers.ok(`The current version of ${name} is ${current}`);
    return workers.bad(`No worker of ${name}:${current} runs, and that version is current`, {
      mend: 'Start one of it, or make another version current (docs/upgrading.md)',
      commands: set,
    });
  });
}

/** What the facts about Temporal and its workers mean, in a fixed order. */
export function judgeTemporal(place: TemporalPlace, facts: TemporalFacts): readonly Finding[] {
  const { address, source, namespace, isCloud } = place;
  const version = facts.serverVersion === undefined ? '' : `, server ${facts.serverVersion}`;
  const reached = temporal.ok(`Temporal answers at ${address} (${source})${version}`);
  if ('failure' in facts.namespace) {
    const create = `temporal operator namespace create --namespace ${namespace} --retention ${askedRetentionDays}d`;
    const { type, text } = facts.namespace.failure;
    const finding = /not found|NotFound/i.test(`${type} ${text}`)
      ? temporal.bad(`There is no namespace ${namespace}`, {
          mend: `Name another with TEMPORAL_NAMESPACE or --namespace, or create it${isCloud ? ' (docs/temporal-cloud.md)' : ''}`,
          ...(isCloud ? {} : { commands: [create] }),
        })
      : temporal.bad(`Namespace ${namespace} cannot be used: ${text}`, {
          mend: 'Check TEMPORAL_API_KEY or the TEMPORAL_TLS_* variables',
        });
    return [reached, finding];
  }
  return [
    reached,
    retentionFinding(place, facts.namespace.value.retentionMs),
    ...attributeFindings(place, facts),
    ...queueNames.map((queue) => queueFinding(queue, facts.queues[queue], place)),
    ...deploymentFindings(facts),
    taskFinding(facts.failingTasks),
  ];
}

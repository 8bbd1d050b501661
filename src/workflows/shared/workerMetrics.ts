/** What a metric is, for tests and the documents. */
interface WorkerMetric {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * The metrics that the worker has beside Temporal's own, by their names: the code makes these and no others, and
 * `docs/observability.md` lists them. Temporal's SDK adds labels of the process, the activity or the workflow.
 */
export const workerMetrics = {
  steward_missed_events: {
    type: 'counter',
    help: 'Events that were lost and that a check found; each check adds 0 at least.',
    labels: ['account'],
  },
  steward_notices_undelivered: {
    type: 'counter',
    help: 'Notices that a channel did not take, whether it refused them or did not answer for about an hour.',
    labels: [],
  },
  steward_failing_tasks: {
    type: 'counter',
    help: 'Workflows that stand still because their task fails; each check adds their number.',
    labels: [],
  },
  steward_vendor_failures: {
    type: 'counter',
    help: 'Calls that AWS Marketplace or Buy with Prime did not serve, by failure; Deferred: the steward’s own rate limit held the call back.',
    labels: ['account', 'operation', 'failure'],
  },
  steward_needs_decision: {
    type: 'gauge',
    help: 'Workflows that need a decision, as this worker counted them last.',
    labels: [],
  },
  steward_needs_decision_counted_at: {
    type: 'gauge',
    help: 'When this worker counted them, in seconds since the epoch: of several workers the newest count holds.',
    labels: [],
  },
  steward_worker_memory_bytes: {
    type: 'gauge',
    help: 'Memory of the worker’s process (resident set), in bytes.',
    labels: [],
  },
} as const satisfies Record<`steward_${string}`, WorkerMetric>;

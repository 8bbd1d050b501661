/** The board and the rules of deploy/grafana ask for series that exist, by labels that they have. */
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { metricDefinitions } from '../../src/ingress/metricDefinitions.ts';
import { reconcileChangeSetsType } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { isAlarmType } from '../../src/workflows/accountHealth/checks.ts';
import { taskQueues } from '../../src/workflows/shared/taskQueues.ts';
import { workerMetrics } from '../../src/workflows/shared/workerMetrics.ts';
import { askedFor } from './expressions.ts';
import type { ScrapedMetric } from './scrapedMetrics.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>;
}
interface Board {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
}

const { groups } = parse(readFileSync('deploy/grafana/alerts.yaml', 'utf8')) as {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: readonly Rule[] }>;
};
const rules = groups.flatMap(({ rules: ofGroup }) => ofGroup);
const board = JSON.parse(readFileSync('deploy/grafana/board.json', 'utf8')) as Board;
const panels = board.panels.filter(({ type }) => type !== 'row');

const recorded = JSON.parse(readFileSync('test/deploy/recorded/workerMetrics.json', 'utf8')) as Readonly<
  Record<string, ScrapedMetric>
>;
/** Those of the code by their definitions; Temporal's own as a worker showed them. */
const known: Readonly<Record<string, ScrapedMetric>> = {
  ...Object.fromEntries(Object.entries(recorded).filter(([name]) => name.startsWith('temporal_'))),
  ...Object.fromEntries(
    Object.entries(workerMetrics).map(([name, { type, labels }]) => [
      name,
      { type, labels: recorded[name]?.labels ?? [...labels, 'namespace'] },
    ]),
  ),
  ...metricDefinitions,
};
/** What Prometheus adds to every series. */
const ofTarget = ['job', 'instance'];
/** The values of labels that the code writes, as far as an expression names one. */
const values: Readonly<Record<string, (value: string) => boolean>> = {
  failure: (value) => value === 'Deferred' || isAlarmType(value),
  outcome: (value) => ['unavailable', 'failed'].includes(value),
  reason: (value) => readFileSync('src/ingress/answerTable.ts', 'utf8').includes(`${value}: {`),
  status_code: (value) => value === 'RESOURCE_EXHAUSTED',
  task_queue: (value) => Object.values(taskQueues).some((queue) => queue === value),
  workflow_type: (value) => value === reconcileChangeSetsType,
};

/** What is wrong with an expression; nothing where all that it names exists. */
function problemsOf(expression: string): readonly string[] {
  const { selected, groupedBy } = askedFor(expression);
  const labels = new Set(ofTarget);
  const problems = selected.flatMap(({ metric, labels: matchers }) => {
    const histogram = metric.replace(/_bucket$/, '');
    const name = known[histogram]?.type === 'histogram' ? histogram : metric;
    const found = known[name];
    if (found === undefined) return [`no metric ${metric}`];
    if (found.type === 'histogram' && name === metric) return [`${metric} is a histogram: ask for its buckets`];
    for (const label of [...found.labels, ...(name === metric ? [] : ['le'])]) labels.add(label);
    return matchers.flatMap(({ label, values: wanted }) => [
      ...(found.labels.includes(label) ? [] : [`${metric} has no label ${label}`]),
      ...wanted.filter((value) => values[label]?.(value) !== true).map((value) => `no ${label} is ${value}`),
    ]);
  });
  return [...problems, ...groupedBy.filter((label) => !labels.has(label)).map((label) => `nothing has ${label}`)];
}

const asked = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
];

test.each(asked)('$where: $expr', ({ expr }) => {
  expect(problemsOf(expr)).toEqual([]);
});

test.each([
  ['sum(rate(steward_ingress_event_total[5m])) > 0', ['no metric steward_ingress_event_total']],
  ['sum(rate(steward_queue_up{account="1"}[5m]))', ['steward_queue_up has no label account', 'no account is 1']],
  ['sum by (queue) (steward_needs_decision)', ['nothing has queue']],
  ['sum(temporal_num_pollers{task_queue="steward-sqs"})', ['no task_queue is steward-sqs']],
  ['sum(steward_vendor_failures{failure=~"Throttled|Throttle"})', ['no failure is Throttle']],
  [
    'rate(steward_ingress_event_duration_seconds[5m])',
    ['steward_ingress_event_duration_seconds is a histogram: ask for its buckets'],
  ],
])('the check finds what is wrong with %s', (expr, problems) => {
  expect(problemsOf(expr)).toEqual(problems);
});

test.each([
  ['sum(steward_queue_up', ', is missing'],
  ['sum(steward_queue_up))', 'nothing may follow'],
  ['steward_queue_up >', 'a name is missing'],
  ['rates(steward_queue_up[5m])', 'nothing may follow'],
  ['5 %', 'no PromQL'],
])('%s is not well formed: %s', (expr, why) => {
  expect(() => askedFor(expr)).toThrow(why);
});

test('the code makes the metrics of the two tables and no others', () => {
  const made = globSync('src/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\.create(Counter|Gauge|Histogram)\(\s*'(\w+)'/g)].map(
      ([, type = '', name = '']) => [name, type.toLowerCase()],
    ),
  );
  expect(Object.fromEntries(made)).toEqual(
    Object.fromEntries(Object.entries(workerMetrics).map(([name, { type }]) => [name, type])),
  );
});

test('every rule says what is the matter, how bad it is, and where its first steps are', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const anchors = [...runbook.matchAll(/^#+ (\w+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations, for: lasts = '0m' } of rules) {
    expect(alert).toMatch(/^Steward[A-Z]\w+$/);
    expect(['critical', 'warning', 'info']).toContain(labels.severity);
    expect(lasts).toMatch(/^\d+[mhd]$/);
    expect(annotations['summary']).toMatch(/\S/);
    expect(annotations['description']).toMatch(/\.$/);
    expect(annotations['runbook_url']).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    expect(anchors).toContain(alert.toLowerCase());
  }
});

test('the board is one that Grafana reads: each panel with a place of its own, a title and an explanation', () => {
  expect(board).toMatchObject({ uid: 'marketplace-steward', title: 'Marketplace Steward', schemaVersion: 39 });
  const { panels: all } = board;
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { gridPos, type, title, description = '', targets = [] } of all) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    expect(title).not.toBe('');
    if (type === 'row') continue;
    expect(['stat', 'timeseries']).toContain(type);
    expect(description).toMatch(/\.$/);
    expect(targets.length).toBeGreaterThan(0);
  }
  const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

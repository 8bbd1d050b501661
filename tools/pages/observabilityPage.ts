/** The generated table of docs/observability.md. */
import { metricDefinitions, type MetricDefinition } from '../../src/ingress/metricDefinitions.ts';
import { workerMetrics } from '../../src/workflows/shared/workerMetrics.ts';
import { table, withBlocks } from './generatedBlocks.ts';

function metricTable(definitions: Readonly<Record<string, MetricDefinition>>): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    Object.entries(definitions).map(([name, { type, labels, help }]) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  );
}

/** The page with its table brought up to date. @throws Error where it lacks the table's markers */
export function observabilityPage(page: string): string {
  return withBlocks(page, {
    metrics: () => metricTable(metricDefinitions),
    'worker metrics': () => metricTable(workerMetrics),
  });
}

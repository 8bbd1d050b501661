/** The generated table of docs/observability.md. */
import { metricDefinitions } from '../../src/ingress/metricDefinitions.ts';
import { table, withBlocks } from './generatedBlocks.ts';

function metricTable(): string {
  return table(
    ['metric', 'type', 'labels', 'meaning'],
    Object.entries(metricDefinitions).map(([name, { type, labels, help }]) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  );
}

/** The page with its table brought up to date. @throws Error where it lacks the table's markers */
export function observabilityPage(page: string): string {
  return withBlocks(page, { metrics: metricTable });
}

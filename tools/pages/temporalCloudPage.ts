/** The generated part of docs/temporal-cloud.md: the commands that create the search attributes. */
import { creatingCommands, searchAttributeTypeNames } from '../../src/delivery/searchAttributeCommands.ts';
import { withBlocks } from './generatedBlocks.ts';

function commands(): string {
  const place = { namespace: '"$TEMPORAL_NAMESPACE"', isCloud: true };
  const flags = [...searchAttributeTypeNames].map(([name, type]) => `--search-attribute "${name}=${type}"`);
  return [
    '```sh',
    ...creatingCommands(place, [...searchAttributeTypeNames.keys()]),
    '```',
    '',
    'Or all of them with the older command `tcld`:',
    '',
    '```sh',
    [`tcld namespace search-attributes add --namespace "$TEMPORAL_NAMESPACE"`, ...flags].join(' \\\n  '),
    '```',
  ]
    .map((line) => line.replace(/^(?=.)/gm, '   '))
    .join('\n');
}

/**
 * The page with its commands brought up to date.
 * @throws Error where the page lacks the block's markers.
 */
export function temporalCloudPage(page: string): string {
  return withBlocks(page, { commands });
}

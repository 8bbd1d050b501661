/** The generated part of docs/architecture.md: the rooms and their borders. */
import { groundFloor, rooms } from '../borders.ts';
import { table, withBlocks } from './generatedBlocks.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name.replace(/^src\//, '')}\``).join(', ');

function bordersTable(): string {
  return table(
    ['room', 'holds', 'may import', 'may know types of', 'alone may load'],
    rooms.map(({ name, holds, values, types, packages = [] }) => [
      `\`${name}\``,
      holds,
      code(values.filter((one) => one !== groundFloor)),
      code(types),
      code(packages),
    ]),
  );
}

/**
 * The page with its generated table brought up to date.
 * @throws Error where the page lacks the table's markers.
 */
export function architecturePage(page: string): string {
  return withBlocks(page, { borders: bordersTable });
}

/** The generated table of docs/accounts.md. */
import { addressUses } from '../../src/config/fields.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { textSettings } from './configurationLeaves.ts';
import { table, withBlocks } from './generatedBlocks.ts';

function addressTable(): string {
  const rows = textSettings(fileSchema).flatMap(({ path, schema }) => {
    const use = addressUses.get(schema);
    return use === undefined ? [] : [[`\`${path}\``, use.carries, use.isPrivate ? 'https' : 'http or https']];
  });
  return table(['address', 'carries', 'outside this machine'], rows);
}

/** The page with its table brought up to date. @throws Error where it lacks the table's markers */
export function accountsPage(page: string): string {
  return withBlocks(page, { addresses: addressTable });
}

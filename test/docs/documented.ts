import { globSync, readFileSync } from 'node:fs';

/** A command of README or a page, as a reader would paste it. */
export interface DocumentedLine {
  readonly page: string;
  readonly line: string;
}

/** Why a line of the documents is not run: each pattern takes the lines that it matches. */
export const notRun: readonly (readonly [RegExp, string])[] = [
  [/^npm (start|test|run)\b/, 'starts everything, or runs everything; tests of their own run them'],
  [
    /^(aws|temporal|tcld|docker|export|openssl|curl|echo|tofu|cp|mkdir|ssh|helm|kubectl) /,
    'needs an account, a container or a tool that is not part of the clone',
  ],
  [/^(cat|export-items) .*\| (npx )?steward /, 'reads a file of the reader'],
];

/** How a line runs the `steward` command. */
export const stewardCommand =
  /^(?:[A-Z_]+=\S+ )*(?:npx steward|npm exec --no -- steward|node bin\/steward\.mjs|steward) /;

/** The commands in the `sh` blocks of README, CONTRIBUTING and the pages; a line that ends in a backslash goes on. */
export function documentedLines(): DocumentedLine[] {
  const pages = ['README.md', 'CONTRIBUTING.md', ...globSync(['docs/**/*.md', 'packages/*/docs/*.md']).toSorted()];
  return pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) =>
      block
        .replaceAll(/\\\n\s*/g, '')
        .split('\n')
        .map((line) => line.replace(/\s+#.*$/, '').trim())
        .filter((line) => line !== '')
        .map((line) => ({ page, line })),
    ),
  );
}

/** The words of a line as a shell would pass them, without its variables and substitutions, which stay as they stand. */
export function shellWords(line: string): string[] {
  const words = line.matchAll(/(?:"(?:\$\((?:[^()]|\([^()]*\))*\)|[^"])*"|'[^']*'|[^\s"'])+/g);
  return [...words].map(([word]) => word.replaceAll(/^(["'])(.*)\1$/g, '$2').replaceAll(/["'](?=\s|$)/g, ''));
}

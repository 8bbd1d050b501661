import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One row of the glossary that forbids something. */
export interface GlossaryRow {
  readonly say: string;
  readonly forbidden: RegExp;
  readonly allowed?: RegExp;
}

/** A forbidden word in a text. */
export interface ProseProblem {
  readonly line: number;
  readonly found: string;
  readonly say: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const checkedFiles = /\.(?:ts|mjs|md|sh|ya?ml|example)$|(?:^|\/)(?:Dockerfile|package\.json)$/u;
const filesWithTheList = ['docs/glossary.md', 'tools/test/prose.test.ts'];
// What is installed, built or recorded, and the vendors' own texts.
const uncheckedFolders = ['node_modules', '.git', '.steward', 'dist', 'coverage', 'histories', 'fixtures'];

/** Matches any of the words; a space in one of them stands for a hyphen or white space, a line's comment sign included. */
function anyOf(words: readonly string[]): RegExp {
  const patterns = words.map((word) => word.replaceAll(' ', String.raw`(?:-|\s+(?:(?:\*|//|#|>)\s+)?)`));
  return new RegExp(String.raw`(?<!\p{L})(?:${patterns.join('|')})(?!\p{L})`, 'giu');
}

/** Reads the table of docs/glossary.md: what stands in code font in the second column is forbidden, after “except” allowed. */
export function readGlossary(markdown: string): GlossaryRow[] {
  const [table = ''] = markdown.split('\n## ');
  return table.split('\n').flatMap((line): GlossaryRow[] => {
    const [, say = '', not = ''] = line.split('|').map((cell) => cell.trim());
    const [forbidden = [], allowed = []] = not
      .split(' except ')
      .map((part) => [...part.matchAll(/`([^`]+)`/gu)].map(([, word = '']) => word));
    if (forbidden.length === 0) return [];
    return [{ say, forbidden: anyOf(forbidden), ...(allowed.length > 0 && { allowed: anyOf(allowed) }) }];
  });
}

/** Finds forbidden words in a text, parts of camelCase and snake_case names included. */
export function proseProblems(text: string, glossary: readonly GlossaryRow[]): ProseProblem[] {
  const words = text.replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ').replaceAll('_', ' ');
  return glossary
    .flatMap(({ say, forbidden, allowed }) => {
      const seen =
        allowed === undefined ? words : words.replaceAll(allowed, (found) => found.replaceAll(/\p{L}/gu, '.'));
      return [...seen.matchAll(forbidden)].map(({ 0: found, index }) => ({
        line: seen.slice(0, index).split('\n').length,
        found,
        say,
      }));
    })
    .toSorted((one, other) => one.line - other.line);
}

/** The project's files that have words to check, by their paths: all but those that hold the forbidden words. */
export function proseFiles(): string[] {
  const found = globSync('{*,.*/**,*/**}', { cwd: root, exclude: (path) => uncheckedFolders.includes(basename(path)) });
  return found.filter((path) => checkedFiles.test(path) && !filesWithTheList.includes(path)).toSorted();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const glossary = readGlossary(readFileSync(`${root}docs/glossary.md`, 'utf8'));
  const only = process.argv.slice(2);
  const problems = proseFiles()
    .filter((path) => only.length === 0 || only.some((start) => path.startsWith(start)))
    .flatMap((path) => [
      ...proseProblems(path, glossary).map((problem) => ({ ...problem, line: 0, path })),
      ...proseProblems(readFileSync(root + path, 'utf8'), glossary).map((problem) => ({ ...problem, path })),
    ]);
  for (const { path, line, found, say } of problems) {
    console.error(`${path}:${String(line)}: “${found.replaceAll(/\s+/gu, ' ')}”. Say: ${say}.`);
  }
  if (problems.length > 0) {
    console.error(`${String(problems.length)} uses of words that docs/glossary.md replaces.`);
    process.exitCode = 1;
  }
}

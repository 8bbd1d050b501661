import { isPair, isScalar, visit, YAMLError, type Document, type ErrorCode, type LineCounter } from 'yaml';
import type { ConfigurationProblem } from './errors.ts';
import { fieldName, keyName } from './problems.ts';

/** The parser's own sentences quote the file, which may hold what no log should have. */
const meanings: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias with an anchor or a tag',
  BAD_ALIAS: 'a name of an anchor that cannot be one',
  BAD_COLLECTION_TYPE: 'a tag that does not fit its value',
  BAD_DIRECTIVE: 'a directive that YAML does not have',
  BAD_DQ_ESCAPE: 'an escape that YAML does not have, in double quotes',
  BAD_INDENT: 'a wrong indentation',
  BAD_PROP_ORDER: 'an anchor or a tag in the wrong place',
  BAD_SCALAR_START: 'a text that begins with a reserved character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a map or list in the place of a key; perhaps a colon too many in a line',
  BLOCK_IN_FLOW: 'an indented block inside brackets',
  DUPLICATE_KEY: 'a key twice in one map; each has to be unique',
  IMPOSSIBLE: 'something that cannot be read',
  KEY_OVER_1024_CHARS: 'a key of more than 1,024 characters',
  MISSING_CHAR: 'a missing bracket, quote, colon, comma or blank',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines; perhaps a colon is missing, or a quote',
  MULTIPLE_ANCHORS: 'two anchors at one value',
  MULTIPLE_DOCS: 'a second document; expected one',
  MULTIPLE_TAGS: 'two tags at one value',
  NON_STRING_KEY: 'a key that is no text',
  RESOURCE_EXHAUSTION: 'a nesting too deep to be read',
  TAB_AS_INDENT: 'a tab as indentation; use blanks',
  TAG_RESOLVE_FAILED: 'a tag that is unknown, or does not fit its value',
  UNEXPECTED_TOKEN: 'something that does not belong there',
};

/** What is thrown while values are made of a document that could be parsed. */
const thrown: ReadonlyArray<readonly [pattern: RegExp, meaning: string]> = [
  [/^Unresolved alias/, 'an alias whose anchor does not stand before it'],
  [/^Excessive alias count/, 'aliases that would give more than a configuration can hold'],
  [/^Maximum call stack/, 'a nesting too deep to be read'],
];

/** What is wrong with a YAML text, and where, in none of its own words. */
export function yamlProblem(error: unknown, lines: LineCounter): ConfigurationProblem {
  if (error instanceof YAMLError) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { field: '(file)', message: `invalid YAML: found ${meanings[error.code]} at line ${line}, column ${col}` };
  }
  const text = error instanceof Error ? error.message : '';
  const known = thrown.find(([pattern]) => pattern.test(text));
  const meaning = known === undefined ? 'something that cannot be read' : known[1];
  return { field: '(file)', message: `invalid YAML: found ${meaning}` };
}

/** JavaScript takes this key for another thing than a key, and schemas leave it out. */
const forbidden = '__proto__';

/** Where a document names what no setting and no account can be called. */
export function forbiddenNames(document: Document): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  visit(document, {
    Scalar(_key, { value }, ancestors) {
      if (value !== forbidden) return;
      const path = ancestors.flatMap((node) =>
        isPair(node) && isScalar(node.key) ? [keyName(String(node.key.value))] : [],
      );
      const isKey = path.at(-1) === forbidden;
      const message = isKey ? 'no such setting; nothing can have this name' : `found ${forbidden}, which names nothing`;
      problems.push({ field: fieldName(path), message });
    },
  });
  return problems;
}

/** The generated parts of the pages on change sets: tables made of the data that decides about them. */
import {
  entityFamily,
  entityTypesWithoutChangeTypes,
  knownChangeTypes,
  usualTimeOf,
  type ChangeTypeKnowledge,
} from '../../src/workflows/changeSetRemediation/changeTypes.ts';
import type { UsualTime } from '../../src/workflows/changeSetRemediation/changeTypes/durations.ts';
import type { ContentsRule } from '../../src/workflows/changeSetRemediation/changeTypes/contents.ts';
import { shownFields } from '../../src/changeDetails/shownFields.ts';
import { changeSetDefaults } from '../../src/policies/defaults.ts';
import {
  helmBeginning,
  knownErrorCodes,
  printedSpellings,
  type ErrorCodeKnowledge,
  type ErrorFamily,
  type SameInput,
} from '../../src/workflows/changeSetRemediation/errorCodes.ts';
import { errorSources } from '../../src/workflows/changeSetRemediation/errorCodes/sources.ts';
import { table, withBlocks } from './generatedBlocks.ts';

const familyTitles: Readonly<Record<ErrorFamily, string>> = {
  ami: 'AMI products',
  imageBuilder: 'Image Builder components',
  container: 'Container products, Helm charts, Amazon EKS add-ons',
  saas: 'SaaS products',
  machineLearning: 'Machine learning products',
  product: 'Products of every kind: texts, dimensions, visibility',
  offer: 'Offers',
  offerSet: 'Offer sets',
  resaleAuthorization: 'Resale authorizations',
  solution: 'Solutions',
  privateMarketplace: 'Private marketplaces',
  reported: 'Reported by sellers',
};

/** Where a family's codes were read, as a line under its title. */
function sourceLine(family: ErrorFamily): string {
  const { documents, readOn } = errorSources[family];
  return `Source: ${documents.join('; ')} (read ${readOn}).`;
}

/** The codes as AWS's documents print them: a code may stand there under a spelling of its own as well. */
function printed(code: string): string {
  const others = Object.entries(printedSpellings).flatMap(([other, meant]) => (meant === code ? [other] : []));
  return [code, ...others].map((one) => `\`${one}\``).join(' or ');
}

/**
 * The row of the decision table for a fresh SERVER_FAULT without error codes, where the change set holds this one change and
 * the account has the default policy.
 */
export function defaultRow(entityType: string, { classes }: Pick<ChangeTypeKnowledge, 'classes'>): 6 | 8 | 9 {
  if (entityFamily(entityType) === 'Experience') return 6;
  if (classes.some((one) => changeSetDefaults.protectedClasses.includes(one))) return 6;
  return classes.every((one) => one === 'set') ? 8 : 9;
}

const doneByRow: Readonly<Record<6 | 8 | 9, string>> = {
  6: 'an operator decides (row 6)',
  8: 'submitted again (row 8)',
  9: 'depends on partial effects (row 9)',
};

/** What a newer change of this type has to give to cover one, in words. */
function coveringText(rule: ContentsRule | undefined): string {
  if (rule === undefined) return 'never: its contents are not documented';
  switch (rule.form) {
    case 'creates':
      return 'never: each makes another entity';
    case 'done':
      return 'the same contents: it is done or not';
    case 'whole':
      return `any \`${rule.given}\`: the newest value counts`;
    case 'fields': {
      const { values, named = [], parts = {} } = rule;
      const subject = named.length === 0 ? [] : [`the same ${named.map((path) => `\`${path}\``).join(', ')}`];
      const lists = Object.entries(parts).map(([path, { fields, kindIn = [] }]) => {
        const names = [...fields, ...kindIn.slice(0, 1).map((name) => `kind of ${name}`)];
        return `the same ${path === '' ? 'entries' : `\`${path}\``} by ${names.join(' and ')}`;
      });
      const entries = ['all entries of its lists'];
      const rest = {
        replaced: ['the same fields'],
        set: [...entries, 'the same fields'],
        added: [...entries, 'the same fields'],
        made: ['the same values'],
      }[values];
      return [...subject, ...lists, ...rest].join('; ');
    }
  }
}

const usualTexts: Readonly<Record<UsualTime, string>> = {
  minutes: 'an hour',
  hours: '6 hours',
  scan: 'a day',
  review: '37 days',
};

function changeTypeTables(): string {
  const others = Object.entries(entityTypesWithoutChangeTypes).map(
    ([entityType, about]) => `## ${entityType}\n\n${about}`,
  );
  const tables = Object.entries(knownChangeTypes).map(([entityType, byChangeType]) => {
    const rows = Object.entries(byChangeType).map(([changeType, known]) => [
      `\`${changeType}\``,
      known.classes.join(', '),
      doneByRow[defaultRow(entityType, known)],
      known.goesStale ?? '–',
      known.partialEffects,
      coveringText(known.contents),
      usualTexts[usualTimeOf(entityType, changeType)],
    ]);
    const heads = [
      'change type',
      'classes',
      'after a SERVER_FAULT',
      'what goes out of date',
      'sign of partial effects',
      'what a newer one must give to cover it',
      'reported as late after',
    ];
    return `## ${entityType}\n\n${table(heads, rows)}`;
  });
  return [...tables, ...others].join('\n\n');
}

type ShownCode = Pick<ErrorCodeKnowledge, 'sentence' | 'nextStep' | 'sameInput' | 'spreading'>;

const sameInputTexts: Readonly<Record<SameInput, string>> = {
  endsTheSame: 'ends the same',
  canPass: 'can pass later',
  unknown: 'unknown',
};

function errorCodeTables(): string {
  return Object.entries(familyTitles)
    .map(([family, title]) => {
      const codes: Array<readonly [string, ShownCode]> = Object.entries(knownErrorCodes[family as ErrorFamily]);
      if (helmBeginning.knowledge.families.some((one) => one === family)) {
        codes.push([`${helmBeginning.beginning}*`, helmBeginning.knowledge]);
      }
      const rows = codes.map(([code, { sentence, nextStep, sameInput, spreading }]) => [
        printed(code),
        sentence,
        nextStep,
        spreading ? `${sameInputTexts[sameInput]}; repeated once (row 10)` : sameInputTexts[sameInput],
      ]);
      return `## ${title}\n\n${sourceLine(family as ErrorFamily)}\n\n${table(['code', 'what is wrong', 'what to do', 'the same input'], rows)}`;
    })
    .join('\n\n');
}

function defaultValues(): string {
  const { retryBackOffMs, freshForMs, protectedClasses } = changeSetDefaults;
  return table(
    ['value', 'default'],
    [
      ['waits before each automatic successor', `${retryBackOffMs.map((ms) => ms / 60_000).join(', ')} minutes`],
      ['automatic successors at most', String(retryBackOffMs.length)],
      ['a failure counts as fresh for', `${freshForMs / 3_600_000} hours`],
      ['protected classes', protectedClasses.join(', ')],
    ],
  );
}

const generated = (block: string, generate: () => string) => (page: string) => withBlocks(page, { [block]: generate });

/** The fields whose values a difference shows, for the entity types that have such change types; the same lists in one row. */
function shownFieldsTable(): string {
  const listed = Object.entries(shownFields).flatMap(([family, byChangeType]) =>
    Object.entries(byChangeType).flatMap(([changeType, fields]) =>
      Object.hasOwn(knownChangeTypes[family] ?? {}, changeType)
        ? [{ family, changeType, shown: fields.map((field) => `\`${field}\``).join(', ') }]
        : [],
    ),
  );
  const rows = [...Map.groupBy(listed, ({ changeType, shown }) => `${changeType}: ${shown}`).values()].map((same) => [
    `\`${same[0]?.changeType ?? ''}\``,
    same.map(({ family }) => family).join(', '),
    same[0]?.shown ?? '',
  ]);
  return table(['change type', 'of', 'values that are shown'], rows);
}

/**
 * The pages by their file's name: each gives the page with its generated block up to date; the rest stays as it is.
 * @throws Error that names the marker, where a block lacks one of its markers, or has them in the wrong order.
 */
export const changeSetsPages = {
  'change-sets.md': (page) => withBlocks(page, { 'default values': defaultValues, 'shown fields': shownFieldsTable }),
  'change-types.md': generated('change types', changeTypeTables),
  'error-codes.md': generated('error codes', errorCodeTables),
} as const satisfies Record<string, (page: string) => string>;

import { oneLine, plain, readableTime } from '../shared/markdown.ts';
import { distanceText } from '../shared/reminders.ts';
import type { ChangeSetReport, ReportedChange, ReportedError } from './reportShape.ts';

/** Where a text is read: how a value is written there, and how much room there is, in characters. */
interface Page {
  readonly text: (value: string, longest: number) => string;
  readonly code: (code: string) => string;
  /** One line at most. */
  readonly line: number;
  /** AWS's words of one error, from the most that there is room for to the least. */
  readonly words: readonly number[];
  /** Codes that are explained, at most. */
  readonly explained: number;
  /** What stands about the errors, in all. */
  readonly errors: number;
}

/** Channels cut a line at 500 characters, and show 20 of them (src/channels/text.ts). */
const noticePage: Page = {
  text: oneLine,
  code: (code) => code,
  line: 490,
  words: [460, 200],
  explained: 3,
  errors: 4_000,
};

/** The Web UI's page has 4,000 characters for everything, the commands included. */
const detailsPage: Page = {
  text: plain,
  code: (code) => `\`${code.replaceAll('`', '')}\``,
  line: 1_200,
  words: [240, 120],
  explained: 3,
  errors: 1_200,
};
const longestDetails = 1_600;

/** For a reader who was notified before, or has nothing to decide. */
const shortPage: Page = { ...noticePage, words: [200], explained: 1, errors: 1_200 };

/** Codes that a text names, at most; the status query has all of them. */
const namedCodes = 16;
const namedChanges = 4;
const longestTitle = 60;

/** One code: what it means, and in which changes and words AWS gave it. */
interface ReportedCode extends Pick<ReportedError, 'code' | 'meaning' | 'whatToDo'> {
  readonly changes: readonly string[];
  readonly words: readonly string[];
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function byCode({ codes, changes }: ChangeSetReport): readonly ReportedCode[] {
  const errors = changes.flatMap(({ changeType, errors: own }) => own.map((error) => ({ ...error, changeType })));
  return codes.flatMap((code) => {
    const group = errors.filter((error) => error.code === code);
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        code,
        meaning: first.meaning,
        whatToDo: first.whatToDo,
        changes: distinct(group.map(({ changeType }) => changeType)),
        words: distinct(group.flatMap(({ words }) => words ?? [])),
      },
    ];
  });
}

function counted(shown: readonly string[], all: number, noun: string): string {
  const more = all - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more${noun}` : ''}`;
}

function explainedLines(
  { code, meaning, changes, words, whatToDo }: ReportedCode,
  page: Page,
  longest: number,
): string[] {
  const [said] = words;
  const others = words.length > 1 ? ` (and ${words.length - 1} more of AWS’s messages)` : '';
  const where = page.text(counted(changes.slice(0, 2), changes.length, ''), 150);
  return [
    `${page.code(code)} (${where}): ${page.text(meaning, 200)}`,
    ...(said === undefined ? [] : [`AWS: “${page.text(said, longest - others.length)}”${others}`]),
    `What to do: ${page.text(whatToDo, 300)}`,
  ];
}

/** Lists codes over as many lines as they need. */
function furtherLines(codes: readonly string[], more: number, page: Page): string[] {
  const lines: string[] = [];
  const parts = [...codes.map(page.code), ...(more > 0 ? [`${more} more`] : [])];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last ?? ''}, ${part}`;
    if (last === undefined || longer.length > page.line) lines.push(`Further codes: ${part}`);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** The errors: as many codes explained, with as many of AWS's words, as there is room for; the others by name. */
function errorLines(report: ChangeSetReport, page: Page): string[] {
  const codes = byCode(report);
  const numbers = Array.from({ length: page.explained }, (_, index) => page.explained - index);
  const ways = [
    ...numbers.flatMap((explained) => page.words.map((longest) => ({ explained, longest }))),
    { explained: 0, longest: 0 },
  ];
  const written = ways.map(({ explained, longest }) => {
    const named = codes.slice(explained, namedCodes).map(({ code }) => code);
    const steps = codes.slice(0, explained).flatMap((code) => explainedLines(code, page, longest));
    return [...new Set(steps), ...furtherLines(named, codes.length - Math.max(namedCodes, explained), page)];
  });
  const shown = written.find((lines) => lines.join('\n').length <= page.errors);
  const unnamed = report.changes.reduce((sum, { moreErrors = 0 }) => sum + moreErrors, 0);
  return [...(shown ?? written.at(-1) ?? []), ...(unnamed > 0 ? [`AWS names ${unnamed} more errors.`] : [])];
}

/** One change in words: its type, and what it changes. */
function changeText({ changeType, entityType, entityId, title }: ReportedChange): string {
  const named = title === undefined ? '' : ` “${oneLine(title, longestTitle)}”`;
  const id = entityId === undefined ? (title === undefined ? ' (new)' : '') : ` (${entityId})`;
  return `${changeType} on ${entityType}${named}${id}`;
}

/** The changes, those with errors first. */
function changesLine({ changes }: ChangeSetReport, page: Page): string[] {
  if (changes.length === 0) return [];
  const failing = changes.toSorted((one, other) => Number(other.errors.length > 0) - Number(one.errors.length > 0));
  const shown = failing.slice(0, namedChanges).map((change) => page.text(changeText(change), 110));
  return [`Changes: ${counted(shown, changes.length, '')}`];
}

function descriptionLine({ failureDescription }: ChangeSetReport, page: Page): string[] {
  const [longest = 0] = page.words;
  return failureDescription === undefined ? [] : [`AWS on the whole: “${page.text(failureDescription, longest - 20)}”`];
}

function outOfDateLine({ changes, outOfDate }: ChangeSetReport, page: Page): string[] {
  const all = [...new Set([...changes.flatMap((change) => change.outOfDate), ...outOfDate])];
  return all.length === 0 ? [] : [page.text(`Out of date: ${all.join('; ')}.`, 300)];
}

/** When a question ends, and what happens without an answer. Times have their distance where the reader's now is known. */
export function untilTexts({ question, shownByAwsUntil }: ChangeSetReport, nowMs?: number): string[] {
  const when = (iso: string): string =>
    nowMs === undefined ? readableTime(iso) : `${readableTime(iso)}, ${distanceText(Date.parse(iso), nowMs)}`;
  const { openUntil, submittedAgainAt } = question ?? {};
  return [
    ...(submittedAgainAt === undefined
      ? []
      : [`Without an answer it is submitted again at ${when(submittedAgainAt)}, once.`]),
    ...(openUntil === undefined ? [] : [`The question is open until ${when(openUntil)}.`]),
    ...(shownByAwsUntil === undefined ? [] : [`AWS shows the change set until ${when(shownByAwsUntil)}.`]),
  ];
}

/** Whose change set it is, and how it ended: `111122223333, attempt 2, FAILED, CLIENT_ERROR`. */
export function outcomeText({ account, attempt, status, intent, failureCode }: ChangeSetReport): string {
  const parts = [
    `account ${account}`,
    attempt === 0 ? 'the original' : `attempt ${attempt}`,
    status,
    failureCode,
    ...(intent === 'VALIDATE' ? ['only validated'] : []),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** Why an operator is asked, in two lines at most, parted after a sentence; and a third on what a successor would not have. */
export function whyLines({ question }: ChangeSetReport): string[] {
  if (question === undefined) return [];
  const { line } = noticePage;
  const { why, cannotRepeat } = question;
  const end = why.length <= line ? 0 : why.slice(0, line).lastIndexOf('. ') + 1;
  const reason = end === 0 ? [oneLine(why, line)] : [why.slice(0, end), oneLine(why.slice(end), line)];
  return [...reason, ...(cannotRepeat === undefined ? [] : [cannotRepeat])];
}

/** What AWS said, in lines of plain text for a notice: what decides first. At most 17 lines of 500 characters. */
export function noticeLines(report: ChangeSetReport, nowMs?: number): string[] {
  return [
    ...errorLines(report, noticePage),
    ...descriptionLine(report, noticePage),
    ...outOfDateLine(report, noticePage),
    ...changesLine(report, noticePage),
    untilTexts(report, nowMs).join(' '),
    `Request at AWS: ${report.link} (${oneLine(outcomeText(report), 160)})`,
  ].filter((line) => line !== '');
}

/** The same for a reader who was notified before, or has nothing to decide: at most nine lines. */
export function shortNoticeLines(report: ChangeSetReport): string[] {
  return [
    ...errorLines(report, shortPage),
    ...descriptionLine(report, shortPage),
    ...changesLine(report, shortPage),
    `Request at AWS: ${report.link} (${oneLine(outcomeText(report), 160)})`,
  ];
}

/** The lines up to the first for which there is no room any more. */
function fitting(lines: readonly string[], longest: number): readonly string[] {
  const lengths = lines.map((_, index) => lines.slice(0, index + 1).join('\n').length);
  return lines.slice(0, lengths.filter((length) => length <= longest).length);
}

/** The same in markdown, for the workflow's details. */
export function detailsLines(report: ChangeSetReport): string[] {
  const { changeSetId, link } = report;
  const page = detailsPage;
  const marked = (line: string): string =>
    line.replace(/^(AWS|What to do|Further codes|Changes|Out of date)(.*?):/, '**$1$2:**');
  return [
    `**AWS on [${plain(changeSetId)}](${link}):** ${plain(outcomeText(report))}`,
    ...fitting(
      [
        ...errorLines(report, page),
        ...descriptionLine(report, page),
        ...outOfDateLine(report, page),
        ...changesLine(report, page),
      ],
      longestDetails,
    ).map((line) => `- ${marked(line)}`),
    ...untilTexts(report).map((text) => `- ${text}`),
    '',
  ];
}

/** What fits, and how to say it in a terminal: `… steward retry <id> …; or: steward abandon <id> …`. */
export function nextStepText({ nextStep: { sentence, commands } }: ChangeSetReport): string {
  return [sentence, commands.join('; or: ')].filter((part) => part !== '').join(' ');
}

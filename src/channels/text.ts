import { createHash } from 'node:crypto';
import { awsPages, readable, withoutAddresses } from '../addresses.ts';
import type { NoticeLink, OutgoingNotice } from './port.ts';

/** A notice is to be read at a glance; the workflow's page has the rest. */
const bounds = { lines: 20, lineCharacters: 500, titleCharacters: 250, nextStepCharacters: 1_000 };

/** Cuts a text to so many characters; what was cut shows as an ellipsis. Half a character is replaced: services refuse it. */
export function shortened(text: string, longest: number): string {
  return (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`).toWellFormed();
}

/** Whatever made the notice: of an address no more than its host, and nothing invisible. */
function onOneLine(text: string, longest: number): string {
  return shortened(withoutAddresses(text).replace(/\s+/g, ' ').trim(), longest);
}

/** The words that every channel shows, bounded: title, lines (buyers' after the others, then the date to keep), next step. */
export function wordsOf(notice: OutgoingNotice): Pick<OutgoingNotice, 'title' | 'lines' | 'nextStep'> {
  const { title, lines, buyerLines = [], dueAt, nextStep } = notice;
  const all = [...lines, ...buyerLines];
  const shown = all.slice(0, bounds.lines).map((line) => onOneLine(line, bounds.lineCharacters));
  const more = all.length > bounds.lines ? [linesLeft(all.length - bounds.lines)] : [];
  return {
    title: onOneLine(title, bounds.titleCharacters),
    lines: [...shown, ...more, ...(dueAt === undefined ? [] : [`Due at ${dueAt}.`])],
    nextStep: onOneLine(nextStep, bounds.nextStepCharacters),
  };
}

/** Whose it is and how it is known; what stands below a message whose service keeps no identities. */
function identityOf({ severity, account, id, eventId }: OutgoingNotice): string {
  // Its sender has made that of the event.
  const ofEvent = eventId === undefined ? '' : `, event ${withoutAddresses(eventId)}`;
  return readable(`${severity}, account ${account}, notice ${id}${ofEvent}`);
}

/** A notice as plain text, for mail and the like: title, lines, next step, link, and its identity at the end. */
export function plainText(notice: OutgoingNotice): string {
  const { title, lines, nextStep } = wordsOf(notice);
  return [
    title,
    '',
    ...lines.map((line) => `- ${line}`),
    '',
    `Next: ${nextStep}`,
    ...(notice.link === undefined ? [] : [`More: ${notice.link}`]),
    ...fittingLinks(notice, longestPlainLink).map(({ title: list, address }) => `${list} ${address}`),
    '',
    identityOf(notice),
  ].join('\n');
}

/**
 * Makes a text harmless in Slack, where these three begin links, mentions and entities ("Formatting text for app
 * surfaces", escaping text).
 */
export function slackEscaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Of a link in plain text, in characters. */
const longestPlainLink = 2_000;

/** A section's text takes 3,000 characters, a message 50 blocks (Slack, Block Kit reference). */
const longestSection = 3_000;

function linesLeft(count: number): string {
  return `… and ${count} more lines in the Web UI.`;
}

/**
 * Joins lines as far as they fit, and says how many do not. Escaped text grows: it is cut between lines, never inside an
 * escape.
 * @param longest in characters, room for the sentence at least.
 */
export function fitting(lines: readonly string[], longest: number): string {
  const whole = lines.join('\n');
  if (whole.length <= longest) return whole;
  const kept: string[] = [];
  let characters = linesLeft(lines.length).length;
  for (const line of lines) {
    characters += line.length + 1;
    if (characters > longest) break;
    kept.push(line);
  }
  return [...kept, linesLeft(lines.length - kept.length)].join('\n');
}

/** Escapes all of a text but addresses of AWS's own pages. */
export function exceptAwsPages(text: string, escape: (part: string) => string): string {
  const parts = text.split(awsPages);
  return parts.map((part, index) => (index % 2 === 1 ? part : escape(part))).join('');
}

/**
 * What stands below a message whose service keeps no identities.
 * @param longest in characters.
 */
export function identityLine(notice: OutgoingNotice, longest: number): string {
  return shortened(identityOf(notice), longest);
}

/**
 * The link as Markdown takes it in round brackets; undefined where there is none, and where it is too long.
 * @param longest in characters.
 */
export function linkAddress({ link }: OutgoingNotice, longest: number): string | undefined {
  const address = link?.replaceAll('(', '%28').replaceAll(')', '%29');
  return address === undefined || address.length > longest ? undefined : address;
}

/**
 * The lists of a notice as Markdown takes their addresses in round brackets, without those that are too long: half an
 * address leads nowhere.
 * @param longest of one address, in characters.
 */
export function fittingLinks({ links = [] }: OutgoingNotice, longest: number): readonly NoticeLink[] {
  return links.flatMap(({ title, address }) => {
    const written = address.replaceAll('(', '%28').replaceAll(')', '%29');
    return written.length > longest ? [] : [{ title: onOneLine(title, bounds.titleCharacters), address: written }];
  });
}

/** Escaped, and no longer than that: cut before an entity, never inside one. */
function escapedWithin(text: string, longest: number): string {
  const escaped = slackEscaped(text);
  if (escaped.length <= longest) return escaped;
  return `${escaped.slice(0, longest - 1).replace(/&[a-z]*$|[\uD800-\uDBFF]$/, '')}…`;
}

/** Escaped text grows: it goes into as many sections as it needs, parted between lines, never inside an entity. */
function inSections(lines: readonly string[]): readonly string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last === undefined || last.length + 1 + line.length > longestSection) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts;
}

function section(text: string): object {
  // Verbatim: Slack makes no links, channels or operators of the words.
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

/** A notice as a message of Slack's Block Kit; `text` is what its notifications show. */
export function slackMessage(notice: OutgoingNotice): object {
  const { title, lines, nextStep } = wordsOf(notice);
  const link = notice.link === undefined ? '' : `\n<${slackEscaped(notice.link)}|Open in the Web UI>`;
  return {
    text: slackEscaped(`${title}. Next: ${nextStep}`),
    blocks: [
      section(`*${slackEscaped(title)}*`),
      ...inSections(lines.map((line) => `• ${slackEscaped(line)}`)).map(section),
      section(`*Next:* ${escapedWithin(nextStep, longestSection - link.length - 10)}${link}`),
      ...inSections(
        fittingLinks(notice, longestSection / 2).map(
          ({ title: list, address }) => `<${slackEscaped(address)}|${slackEscaped(list)}>`,
        ),
      ).map(section),
      { type: 'context', elements: [{ type: 'plain_text', text: identityLine(notice, longestSection), emoji: false }] },
    ],
  };
}

/**
 * An identity as a service takes it: itself where it fits, else its SHA-256 in hex; the same one always gives the same.
 * @param longest in characters.
 */
export function fittingIdentity(identity: string, longest: number): string {
  const fits = identity.length <= longest && /^[\x21-\x7e]+$/.test(identity);
  return fits ? identity : createHash('sha256').update(identity).digest('hex');
}

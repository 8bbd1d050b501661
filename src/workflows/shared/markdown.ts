import { readable, unlinked, withoutAddresses } from '../../addresses.ts';

/** The Web UI sends details in the address of a request: about 4 kB pass every proxy (docs/decisions). */
const longestDetails = 4_000;

/**
 * Makes a vendor's or an operator's text harmless inside markdown: it is shown as it is, on one line, cut, and of every
 * address with no more than its host.
 * @param longest in characters.
 */
export function plain(text: string, longest = 255): string {
  return vendorText(text, longest).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}

/** Cuts a text to so many characters, on one line; what was cut shows as an ellipsis. */
export function oneLine(text: string, longest: number): string {
  const line = readable(text).replace(/\s+/g, ' ').trim();
  if (line.length <= longest) return line;
  // Half a character would be no text any more.
  return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A vendor's text as anybody may read it: on one line, cut, and of every address no more than its host. */
export function vendorText(text: string, longest: number): string {
  return oneLine(withoutAddresses(text), longest);
}

/** Code, which no viewer makes links in, and which is copied to the letter. */
const code = /(```[^]*?```|`[^`\n]*`)/;

/** The last step of a markdown text before a screen, whatever it was made of: nothing invisible, and no link of a stranger's. */
export function shownMarkdown(markdown: string): string {
  const parts = readable(markdown).split(code);
  return parts.map((part, index) => (index % 2 === 1 ? part : unlinked(part))).join('');
}

/** The same of a text on one line. */
export function shownLine(text: string): string {
  return unlinked(readable(text).replace(/\s+/g, ' ').trim());
}

/**
 * JSON to copy into the Web UI, over several lines: its dialogs reformat a text on one line, and lose the first click on
 * Submit meanwhile (measured on UI 2.54).
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

/** The same as a fenced block. */
export function jsonBlock(value: unknown): string {
  return `\`\`\`json\n${jsonText(value)}\n\`\`\``;
}

/** Joins lines to the markdown of a workflow's details, and keeps it under the bound. */
export function details(lines: readonly string[]): string {
  const text = withBlocksApart(lines).join('\n');
  return text.length <= longestDetails ? text : `${text.slice(0, longestDetails - 2)}\n…`;
}

/** Details with the event that they come from, by the name that all logs have for it; as they are where there is no room. */
export function withEvent(text: string, eventId: string | undefined): string {
  if (eventId === undefined) return text;
  const line = `\n\n**Event:** ${plain(eventId)}`;
  return text.length + line.length <= longestDetails ? `${text}${line}` : text;
}

/** The Web UI takes a list for one only after an empty line, and a quote swallows the lines right below it. */
function withBlocksApart(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    const before = lines[index - 1] ?? '';
    return before === '' || line === '' || blockOf(before) === blockOf(line) ? [line] : ['', line];
  });
}

function blockOf(line: string): 'list' | 'quote' | 'text' {
  if (line.startsWith('- ')) return 'list';
  return line.startsWith('> ') ? 'quote' : 'text';
}

/** The line of a reminder that was sent, by its key: the date that it is about, and its name within the schedule. */
export function reminderLine(key: string): string {
  const [, iso = '', reminder = key] = /^(.*):([^:]*)$/.exec(key) ?? [];
  return `- reminder sent: ${plain(reminder)}${iso === '' ? '' : `, about ${readableTime(iso)}`}`;
}

/** An instant as operators read it: `2026-11-22 13:05 UTC`. */
export function readableTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? plain(iso) : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

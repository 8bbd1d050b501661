import fc from 'fast-check';
import { discordMessage } from '../src/channels/discord.ts';
import { mattermostMessage } from '../src/channels/mattermost.ts';
import type { OutgoingNotice } from '../src/channels/port.ts';
import { plainText, slackMessage, wordsOf } from '../src/channels/text.ts';
import { printable, table, terminalJson, terminalText } from '../src/cli/format.ts';
import { route } from '../src/delivery/routing/route.ts';
import { reasonOf } from '../src/delivery/quarantine.ts';
import { parse, type Envelope } from '../src/events/parse.ts';
import { shownText } from '../src/logging/text.ts';
import { oneLine, plain, shownLine, shownMarkdown, vendorText } from '../src/workflows/shared/markdown.ts';
import { harmlessNotice } from '../src/workflows/shared/notices.ts';
import { context } from '@marketplace-steward/testing/sampleEvents';
import { allFixtures, at, envelopeOf, fixture, withValue, type Json, type Path } from './events/fixtures.ts';

/** Nothing of it may reach a screen: control characters but line breaks and tabs, what shows nothing, half characters. */
const invisible = /[^\P{Cc}\n\r\t]|[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cs}]/u;
/** What a viewer makes a link of. */
const link = /[a-z\d+.-]:\/\/|\bwww\.[\p{L}\p{N}]/iu;

/** Any code units at all, halves of characters among them. */
const anyUnits = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const hostileText = fc.constantFrom(
  'https://evil.example/login',
  'HTTP://EVIL.example',
  'ht\u200btps:/\u2060/evil.example',
  'www.evil.example',
  '[click](https://evil.example)',
  '<https://evil.example|here>',
  '![x](http://10.0.0.1/p.png)',
  'ftp://evil.example/x\nhttps://two.example',
  'https:\u202e//evil.example',
  'https:\ufe0f//evil.example',
  '\u001b[31m',
  '\u009b2J',
  '\u{e0041}\u{e0042}',
  '\ud800',
  '`https://evil.example`',
  'https://aws.amazon.com.evil.example/marketplace/x',
  'https://aws.amazon.com/marketplace/x@evil.example:https://evil.example',
);
const hostile = fc
  .array(fc.oneof(anyUnits, anyText, hostileText, fc.constantFrom(' ', '\n', '"', '/', ':')), { maxLength: 6 })
  .map((parts) => parts.join(''));

/** What stays a link, and what is added to part what would be one. */
const withoutOwn = (text: string): string =>
  text.replace(/https:\/\/aws\.amazon\.com\/marketplace\/[\w/-]*/g, '').replaceAll('\u{200b}', '');

function expectClean(text: string): void {
  expect(text).not.toMatch(invisible);
  expect(text.replace(/https:\/\/aws\.amazon\.com\/marketplace\/[\w/-]*/g, '')).not.toMatch(link);
}

function noticeOf(text: string): OutgoingNotice {
  return {
    id: 'offer:1:released',
    account: '111122223333',
    workflowId: 'offer:1',
    kind: 'opening',
    severity: 'critical',
    title: text,
    lines: [text, `and ${text}`],
    buyerLines: [text],
    nextStep: text,
  };
}

/** Every text in a message. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

test('whatever a text holds, no screen shows anything invisible or a link of it', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const shown of [plain(text), vendorText(text, 500), oneLine(vendorText(text, 500), 300), shownLine(text)]) {
        expectClean(shown);
      }
      expectClean(printable(text));
      expectClean(table([{ heading: 'NAME', value: () => text }], [1]));
      expectClean(shownMarkdown(text).replace(/`[^`\n]*`/g, ''));
      expect(shownMarkdown(text)).not.toMatch(invisible);
      expect(shownText(text)).not.toMatch(invisible);
      const ownBold = terminalText(`\u001b[1m${text}\u001b[22m`);
      expect(ownBold.replaceAll('\u001b[1m', '').replaceAll('\u001b[22m', '')).not.toMatch(invisible);
      expect(terminalJson({ text })).not.toMatch(invisible);
      expect(JSON.parse(terminalJson({ text }))).toEqual({ text });
    }),
    { numRuns: 300 },
  );
});

test('nor does any channel', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const notice = noticeOf(text);
      textsOf(harmlessNotice(notice)).forEach(expectClean);
      textsOf(wordsOf(notice)).forEach(expectClean);
      expectClean(plainText(notice));
      textsOf(slackMessage(notice)).forEach(expectClean);
      for (const message of [discordMessage(notice), mattermostMessage(notice)]) {
        textsOf(message).map(withoutOwn).forEach(expectClean);
      }
    }),
    { numRuns: 300 },
  );
});

function textPathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    textPathsOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

const texts = allFixtures.flatMap((name) => textPathsOf(fixture(name)).map((path) => ({ name, path })));

test('nor does a start by any event, in whose texts it stands', () => {
  let starts = 0;
  fc.assert(
    fc.property(fc.constantFrom(...texts), hostile, fc.boolean(), ({ name, path }, text, isAdded) => {
      const body = fixture(name);
      const given = isAdded ? `${JSON.stringify(at(body, path)).slice(1, -1)}${text}` : text;
      const parsed = parse(envelopeOf(name), Buffer.from(JSON.stringify(withValue(body, path, given))));
      if (parsed.outcome !== 'events') return;
      for (const event of parsed.events) {
        const routed = route(event, context);
        if (routed.to === 'hold') expectClean(routed.hold.reason);
        else {
          for (const { staticSummary, staticDetails, attributes } of routed.deliveries) {
            starts += 1;
            [staticSummary, staticDetails, ...textsOf(attributes)].forEach(expectClean);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(starts).toBeGreaterThan(100);
});

/** Short, as a buyer's id is, and a signed address of few characters. */
const canaries = [
  'Zq7Zq8',
  '999900001111Zq7',
  'https://h.io/Zq7?sig=Zq8',
  'Zq7@buyer.example',
  '/r?X-Amz-Signature=Zq7',
];

/** What is said of an event that is refused, and of one of a kind that is not handled. */
function saidOf(envelope: Envelope, bytes: Uint8Array): { readonly refused?: string; readonly other?: string } {
  const parsed = parse(envelope, bytes);
  if (parsed.outcome === 'unreadable') return { refused: reasonOf(parsed.problems) };
  return 'reason' in parsed ? { other: `${parsed.reason} ${parsed.kind}` } : {};
}

test('no reason repeats a value of an event, however short it is', () => {
  const shapes: ReadonlyArray<(text: string) => Json> = [
    (text) => text,
    (text) => [text],
    (text) => ({ id: text }),
    (text) => [{ [text]: text }],
  ];
  const said = texts.flatMap(({ name, path }) =>
    canaries.flatMap((canary) =>
      shapes.map((shape) =>
        saidOf(envelopeOf(name), Buffer.from(JSON.stringify(withValue(fixture(name), path, shape(canary))))),
      ),
    ),
  );
  const refused = said.flatMap((one) => one.refused ?? []);
  expect(refused.length).toBeGreaterThan(500);
  expect(refused.filter((reason) => /Zq\d/.test(reason))).toEqual([]);
  expect(said.filter(({ other }) => /sig=|Signature=|:\/\//.test(other ?? ''))).toEqual([]);
});

import { isObject, type Json } from './json.ts';
import type { Fill, Style } from './plan.ts';

/** Every member of every object in the opposite order; `twice` writes each of them before with another value. */
export function reversedJson(value: Json, twice = false): string {
  if (Array.isArray(value)) return `[${value.map((entry) => reversedJson(entry, twice)).join(' , ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toReversed()
    .map((key) => `${JSON.stringify(key)}\t:\n${reversedJson(value[key] ?? null, twice)}`);
  const before = twice ? Object.keys(value).map((key) => `${JSON.stringify(key)}:null`) : [];
  return `{ ${[...before, ...members].join(',')} }`;
}

const asciiOnly = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Writes a value as JSON text. */
export function written(value: Json, { form }: Style): string {
  switch (form) {
    case 'plain':
      return JSON.stringify(value);
    case 'indented':
      return `\r\n${JSON.stringify(value, undefined, '\t')} `;
    case 'escaped':
      return asciiOnly(JSON.stringify(value)).replaceAll('/', '\\/');
    case 'reversed':
      return reversedJson(value);
    case 'repeated':
      return reversedJson(value, true);
  }
}

/** In JSON text: what arrays and members are filled with. */
const units: readonly string[] = [
  '0',
  '""',
  '{}',
  '[]',
  'null',
  '1e308',
  '{"offer":{}}',
  '{"offer":{"id":"o","name":"n","expirationDate":"2030-01-20"}}',
  '"businessProduct/b/items/i"',
  '"businessProduct/b/items/"',
  '"businessProduct/b/items/i/orders/o"',
  `"businessProduct/b/items/i${Array.from({ length: 60 }, (_, at) => `/t${at}/x`).join('')}"`,
  '"999988887777"',
  '"2025-01-20T12:34:56Z"',
  '"2025-01-20"',
  String.raw`"\ud800"`,
  String.raw`"\u0000\u001b"`,
  '"https://h.example/?token=t "',
  '{"accountId":1}',
  '[[[[]]]]',
];

/** What texts are filled with: what each step that reads a text could repeat itself over. */
const parts: readonly string[] = [
  'n',
  'ä',
  '😀',
  ' ',
  ',',
  '/',
  'a/',
  ':',
  '@',
  '%25',
  '.',
  '-',
  '=',
  '&a=',
  '[',
  '{',
  String.raw`\\`,
  String.raw`\"`,
  String.raw`\u0001`,
  String.raw`\ud800`,
  String.raw`\n`,
  String.raw`\u202e`,
  'https://h.example/p ',
  'a@b.example ',
  'arn:aws:s3:::b/k ',
  'token=t ',
  '*',
  '+retry.o.1',
  '2022-11-01T13:12:22Z',
  'aws.partner/buywithprime/',
  'businessProduct/b/items/i/',
  '1',
];

const most = (bytes: number, unit: number): number => Math.max(1, Math.floor(bytes / unit));

/** The JSON text of a filling of about so many bytes. */
export function filling({ shape, unit, bytes }: Fill): string {
  const value = units[unit % units.length] ?? '0';
  const part = parts[unit % parts.length] ?? 'n';
  switch (shape) {
    case 'array':
      return `[${value}${`,${value}`.repeat(most(bytes, value.length + 1) - 1)}]`;
    case 'offers': {
      const name = part.repeat(most(unit % 2 === 0 ? 200 : 990, part.length));
      return `[${Array.from({ length: most(bytes * 50, name.length + 40) }, (_, at) => `{"offer":{"id":"o-${at}","name":"${name}"}}`).join(',')}]`;
    }
    case 'members':
    case 'unorderedMembers': {
      const count = most(bytes, value.length + 12);
      const key = (at: number): number => (shape === 'members' ? at : (at * 7919) % 100_003);
      return `{${Array.from({ length: count }, (_, at) => `"k${key(at)}":${value}`).join(',')}}`;
    }
    case 'sameMembers':
      return `{"k":0${`,"k":${value}`.repeat(most(bytes, value.length + 5))}}`;
    case 'text':
      return `"${part.repeat(most(bytes, part.length))}"`;
    case 'arrays':
      return `${'['.repeat(most(bytes, 2))}${']'.repeat(most(bytes, 2))}`;
    case 'objects':
      return `${'{"a":'.repeat(most(bytes, 6))}0${'}'.repeat(most(bytes, 6))}`;
    case 'digits':
      return unit % 2 === 0 ? `1${'0'.repeat(bytes)}` : `-1.${'9'.repeat(bytes)}e-${unit}`;
  }
}

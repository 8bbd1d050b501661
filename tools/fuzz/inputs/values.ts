import { agreementTypes } from '../../../src/events/documentedKinds.ts';
import { marketplaceCatalogTypes } from '../../../src/events/schemas/marketplace.ts';
import type { Json } from './json.ts';

/** Texts that stand in inputs, and in nothing that an operator, a sender or a log gets. */
export const planted = {
  signature: 'PLANTEDsignature0f2b9c',
  token: 'PLANTEDtoken7c41de',
  buyer: '424242424242',
} as const;

const signed = `https://b.s3.aws/k?X-Amz-Signature=${planted.signature}`;

/** Texts that break careless readers, screens and logs; among them what is planted, in addresses short and long. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\0',
  '\u001b[31mred\u001b]0;title\u0007',
  'line\r\nbreak\u0085\u2028\u2029\v\f',
  '\u009b2J',
  'left \u202eright\u202c \u2066\u200f\u061c',
  '\ufeffmark\u200b\u00ad\u2060',
  '\ud800',
  'half \udfff of a pair',
  '👩‍👩‍👧‍👦 اردو हिन्दी',
  'e\u0301'.repeat(60),
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "'; DROP TABLE x; --",
  '<script>alert(1)</script>',
  '[text](javascript:alert(1)) ![](http://x.example/y)',
  '**bold** `code` | cell |\n\n# heading',
  '\\'.repeat(90),
  '"'.repeat(90),
  'ä'.repeat(1_000),
  '😀'.repeat(500),
  'a'.repeat(255),
  'a'.repeat(256),
  'n'.repeat(1_000),
  'n'.repeat(1_001),
  '%2e%2e%2f',
  '${jndi:ldap://x.example/a}',
  'name+retry.76yesvf8y165pa4f98td2crtg.1',
  `name+retry.${'x'.repeat(255)}.999999999999`,
  signed,
  `${signed}&X-Amz-Expires=600&${'x'.repeat(300)}`,
  `https://user:${planted.token}@host.example/`,
  `token=${planted.token}`,
];

const instants: readonly string[] = [
  '2025-01-20T12:34:56Z',
  '2025-01-20',
  '2024-02-29T23:59:60Z',
  '2023-02-29T00:00:00Z',
  '0000-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59.999999999-12:00',
  '+010000-01-01T00:00:00Z',
  '2025-01-20T12:34:56,123456789+0530',
  '2025-01-20T12:34Z',
  '2025-01-20T24:00:00Z',
  '2025-01-20 12:34:56Z',
  '2025-W04-1',
  '1737376496',
  '2025-13-45T99:99:99Z',
];

/** The first two are the accounts of the configuration that inputs are read with. */
const accounts: readonly string[] = [
  '123456789012',
  '987654321098',
  '111122223333',
  '000000000000',
  '12345678901',
  '1234567890123',
  '١٢٣٤٥٦٧٨٩٠١٢',
];

const numbers: readonly number[] = [0, 1, 3, -1, 1.5, 2 ** 31, 2 ** 53, 1e21, 1e308, -0, 5e-324];

const entries: readonly string[] = [
  'businessProduct/bp/items/it',
  'businessProduct/bp/item-quantities/it',
  'businessProduct/bp',
  'businessProduct/bp/items/it/orders/o-1',
  'businessProduct/bp/items/..',
  'items/it/businessProduct/bp',
  'businessProduct/bp/items',
  `businessProduct/${'b'.repeat(200)}/items/${'i'.repeat(200)}`,
  `businessProduct/bp/items/it${Array.from({ length: 40 }, (_, at) => `/t${at}/x`).join('')}`,
];

const types: readonly string[] = [
  ...marketplaceCatalogTypes,
  ...agreementTypes.slice(0, 3).map((type) => `${type} - Proposer`),
  'BUYABILITY_CHANGED',
  'INVENTORY_CHANGED',
  'Service Event via CloudTrail',
  signed,
];

const sources: readonly string[] = [
  'aws.marketplacecatalog',
  'aws.agreement-marketplace',
  'aws.partner/buywithprime/any',
  'aws.partner/buywithprime/',
  'aws.marketplacecatalog ',
  'marketplace-steward.test',
  signed,
];

const pick = <Value>(values: readonly Value[], at: number): Value => values[at % values.length] as Value;

/** An id of a length that grows with `at`, up to beyond every bound. What is planted is no id: ids may be shown. */
function idOf(at: number, given: string): string {
  const text = Object.values(planted).some((secret) => given.includes(secret)) ? 'id' : given;
  const lengths = [1, 12, 40, 64, 65, 200, 201, 255, 256];
  return `${text.replaceAll(/[^\w.~/-]/g, '-')}${'i'.repeat(256)}`.slice(0, pick(lengths, at));
}

/**
 * A value for a field of this name, of the kind that belongs there: right, at its bound, or just beyond it.
 * @param at which of them
 * @param text for fields that take any
 */
export function valueFor(field: string, at: number, text: string): Json {
  switch (field) {
    case 'time':
    case 'eventTime':
    case 'StartTime':
    case 'EndTime':
    case 'expirationDate':
    case 'upcomingResolutionDueDate':
      return pick(instants, at);
    case 'account':
    case 'accountId':
      return pick(accounts, at);
    case 'id':
    case 'ChangeSetId':
    case 'idempotencyKey':
    case 'eventId':
      return idOf(at, text);
    case 'resources':
      return Array.from({ length: at % 130 }, (_, index) => pick(entries, at + (at % 3) * index));
    case 'targetedBuyerAccountIds':
      return at % 4 === 0 ? planted.buyer : Array.from({ length: at % 70 }, (_, index) => String(4e11 + index * at));
    case 'associatedOffers':
      return Array.from({ length: at % 40 }, (_, index) => ({ offer: { id: `o-${index}`, name: text } }));
    case 'detail-type':
    case 'eventDescriptor':
      return pick(types, at);
    case 'source':
      return pick(sources, at);
    case 'Catalog':
    case 'catalog':
      return pick(['AWSMarketplace', 'Other', 'C'.repeat(64), 'C'.repeat(65), signed], at);
    case 'ChangeSetName':
      return pick([text, text.slice(0, 99), `${text.slice(0, 40)}+retry.${idOf(at, 'o')}.${at % 9}`], at);
    case 'FailureCode':
      return pick(['CLIENT_ERROR', 'SERVER_FAULT', text], at);
    case 'status':
      return pick(['BUYABLE', 'NOT_BUYABLE', 'UNKNOWN', text], at);
    case 'acceptor':
      return pick<Json>([{ accountId: planted.buyer }, { accountId: `${planted.buyer}x` }, null, {}], at);
    default:
      return field.startsWith('numberOf') ? pick(numbers, at) : text;
  }
}

/** Values of every JSON type. */
export const plainValues: readonly Json[] = [
  null,
  true,
  false,
  ...numbers,
  [],
  {},
  [null],
  [[]],
  [{}],
  { '': '' },
  { length: 3 },
  { value: null },
  { toString: 'x', toJSON: 1 },
];

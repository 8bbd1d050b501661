import fc from 'fast-check';
import { bases } from './bases.ts';
import type { Json } from './json.ts';
import { hostileTexts, plainValues } from './values.ts';

/** What a change puts somewhere: a value as it is, or one that belongs into the field. */
export type NewValue =
  { readonly as: 'value'; readonly value: Json } | { readonly as: 'field'; readonly at: number; readonly text: string };

/** One change of an event's structure. `at` chooses the place. */
export type Change = { readonly at: number } & (
  | { readonly do: 'set'; readonly value: NewValue }
  | { readonly do: 'remove' }
  | { readonly do: 'rename'; readonly key: string }
  | { readonly do: 'add'; readonly key: string; readonly value: NewValue }
  | { readonly do: 'repeat'; readonly count: number }
  | { readonly do: 'nest'; readonly depth: number; readonly inObject: boolean }
  | { readonly do: 'swap'; readonly other: number }
  | { readonly do: 'copy'; readonly other: number }
  | { readonly do: 'insert'; readonly text: string; readonly position: number }
);

/** What one place of the event is filled with, in JSON text. */
export interface Fill {
  readonly at: number;
  readonly shape:
    'array' | 'offers' | 'members' | 'sameMembers' | 'unorderedMembers' | 'text' | 'arrays' | 'objects' | 'digits';
  /** Which unit it is filled with. */
  readonly unit: number;
  /** Of the filling, in bytes. */
  readonly bytes: number;
}

/** How the value is written. */
export interface Style {
  readonly form: 'plain' | 'indented' | 'escaped' | 'reversed' | 'repeated';
}

/** One change of the written bytes. */
export interface Damage {
  readonly do: 'set' | 'insert' | 'cut' | 'drop' | 'repeat';
  /** Where, as a share of the length. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What the event is wrapped in on its way through a queue. */
export type Wrapper = 'notification' | 'record' | 'records' | 'snsRecord' | 'pointer' | 'array';

/** All that an input is made by: small, so that a failing one can be shrunk. */
export interface Plan {
  readonly base: number;
  readonly changes: readonly Change[];
  readonly fills: readonly Fill[];
  readonly style: Style;
  readonly damages: readonly Damage[];
  /** Through a queue; absent: over HTTP. */
  readonly queue: {
    readonly wrappers: readonly Wrapper[];
    readonly copies: number;
    readonly isPointer: boolean;
  } | null;
}

const nat = fc.nat({ max: 100_000 });
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 120 }) },
);
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'id', 'Id', 'detail', 'Records', 'Type', 'body', ''),
  text,
);
const newValue: fc.Arbitrary<NewValue> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ as: fc.constant('field' as const), at: nat, text }) },
  {
    weight: 4,
    arbitrary: fc.record({
      as: fc.constant('value' as const),
      value: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...plainValues) },
        { weight: 4, arbitrary: text },
        { weight: 1, arbitrary: fc.double().filter(Number.isFinite) },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json> },
      ),
    }),
  },
);

const constant = <Value extends string>(value: Value) => fc.constant(value);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ at: nat, do: constant('set'), value: newValue }) },
  { weight: 3, arbitrary: fc.record({ at: nat, do: constant('remove') }) },
  { weight: 2, arbitrary: fc.record({ at: nat, do: constant('rename'), key }) },
  { weight: 2, arbitrary: fc.record({ at: nat, do: constant('add'), key, value: newValue }) },
  {
    weight: 2,
    arbitrary: fc.record({ at: nat, do: constant('repeat'), count: fc.constantFrom(2, 6, 20, 100, 101, 1_000, 1_001) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at: nat,
      do: constant('nest'),
      depth: fc.constantFrom(1, 2, 50, 98, 99, 100, 101, 500),
      inObject: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ at: nat, do: constant('swap'), other: nat }) },
  { weight: 2, arbitrary: fc.record({ at: nat, do: constant('copy'), other: nat }) },
  { weight: 3, arbitrary: fc.record({ at: nat, do: constant('insert'), text, position: nat }) },
);

/** Most are small; one of a hundred reaches the largest body that is taken. */
const fillBytes = fc.oneof(
  { weight: 84, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  { weight: 15, arbitrary: fc.integer({ min: 3_000, max: 100_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100_000, max: 1_310_720 }) },
);
const fill: fc.Arbitrary<Fill> = fc.record({
  at: nat,
  shape: fc.constantFrom(
    'array',
    'array',
    'offers',
    'members',
    'sameMembers',
    'unorderedMembers',
    'text',
    'arrays',
    'objects',
    'digits',
  ),
  unit: nat,
  bytes: fillBytes,
});

const style: fc.Arbitrary<Style> = fc.record({
  form: fc.constantFrom('plain', 'plain', 'plain', 'indented', 'escaped', 'reversed', 'repeated'),
});

const someBytes = fc.oneof(
  fc.constantFrom(
    ...[
      '\ufeff',
      '\0',
      ',',
      '}',
      ']',
      '"',
      '\\',
      '\\u',
      '\\ud800',
      '//',
      '1e400',
      '-0',
      '00',
      'NaN',
      '{"__proto__":{"x":1}}',
    ].map((token): Uint8Array => Buffer.from(token)),
    Uint8Array.of(0xff),
    Uint8Array.of(0xed, 0xa0, 0x80),
    Uint8Array.of(0xc0, 0xaf),
    Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
);
const damage: fc.Arbitrary<Damage> = fc.record({
  do: fc.constantFrom('set', 'insert', 'cut', 'drop', 'repeat'),
  at: fc.integer({ min: 0, max: 1_000 }).map((share) => share / 1_000),
  bytes: someBytes,
});

const wrapper = fc.constantFrom<Wrapper>('notification', 'record', 'records', 'snsRecord', 'pointer', 'array');

/** `none` in so many of a hundred. */
function rarely<Value>(share: number, arbitrary: fc.Arbitrary<Value>, none: Value): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 100 - share, arbitrary: fc.constant(none) }, { weight: share, arbitrary });
}

/** Every input there can be. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  base: fc.nat({ max: bases.length - 1 }),
  changes: fc.array(change, { maxLength: 5, size: 'max' }),
  fills: rarely(10, fc.array(fill, { minLength: 1, maxLength: 2 }), []),
  style,
  damages: rarely(12, fc.array(damage, { minLength: 1, maxLength: 3 }), []),
  queue: rarely(
    15,
    fc.record({
      wrappers: fc.array(wrapper, { maxLength: 8 }),
      copies: fc.constantFrom(1, 1, 1, 2, 10, 100, 101),
      isPointer: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    }),
    null,
  ),
});

import { isObject, shapeOf, type Fields } from './input.ts';

/**
 * The form that recorded data must have. It checks, and changes nothing: members that it does not know stay, for they come
 * from a newer version. A type and its shape cannot drift apart: the compiler refuses a shape that lacks a member, a variant
 * or a value of the type.
 */
export interface Shape<Value, IsOptional extends boolean = false> {
  /**
   * Total: throws for no value.
   * @param at where the value stands, for the sentence.
   * @returns what is wrong, in one sentence that repeats no value; undefined where nothing is.
   */
  readonly problem: (value: unknown, at: string) => string | undefined;
  readonly isOptional: IsOptional;
  /** Never there: it ties the shape to exactly this type. */
  readonly of?: (value: Value) => Value;
}

function shape<Value>(problem: Shape<Value>['problem']): Shape<Value> {
  return { problem, isOptional: false };
}

function kind<Value>(right: string, isRight: (value: unknown) => boolean): Shape<Value> {
  return shape((value, at) => (isRight(value) ? undefined : `"${at}" must be ${right}, but it is ${shapeOf(value)}`));
}

/** Any text. */
export const text: Shape<string> = kind('a text', (value) => typeof value === 'string');
/** A finite number. */
export const number: Shape<number> = kind('a number', Number.isFinite);
/** True or false. */
export const flag: Shape<boolean> = kind('true or false', (value) => typeof value === 'boolean');
/** A number of milliseconds, from zero. */
export const milliseconds: Shape<number> = kind(
  'milliseconds, from 0',
  (value) => Number.isFinite(value) && Number(value) >= 0,
);

/** A number of things, of which there is one at least. */
export const countFrom1: Shape<number> = kind(
  'a whole number from 1',
  (value) => Number.isSafeInteger(value) && Number(value) >= 1,
);
/** A part of a whole. */
export const part: Shape<number> = kind(
  'a number above 0, up to 1',
  (value) => Number.isFinite(value) && Number(value) > 0 && Number(value) <= 1,
);

/** One of some texts, numbers or truth values, and no other. */
export function oneOf<const Value extends string | number | boolean>(...values: readonly Value[]): Shape<Value> {
  return kind(`one of ${values.join(', ')}`, (value) => values.some((one) => one === value));
}

/** An object that others have checked: what a signal's reader has let in is not checked a second time, and not harder. */
export function checkedElsewhere<Value extends object>(): Shape<Value> {
  return kind('an object', isObject);
}

/** A list; the first element that is wrong is named. */
export function list<Value>(element: Shape<Value>): Shape<readonly Value[]> {
  return shape((value, at) => {
    if (!Array.isArray(value)) return `"${at}" must be a list, but it is ${shapeOf(value)}`;
    for (const [index, one] of value.entries()) {
      const problem = element.problem(one, `${at}[${index}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  });
}

/** A list that is never empty. */
export function listFrom1<Value>(element: Shape<Value>): Shape<readonly [Value, ...Value[]]> {
  const { problem } = list(element);
  return shape((value, at) =>
    Array.isArray(value) && value.length === 0 ? `"${at}" must not be empty` : problem(value, at),
  );
}

/** An object that has any number of members of one shape. */
export function each<Value>(member: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return shape((value, at) => {
    if (!isObject(value)) return `"${at}" must be an object, but it is ${shapeOf(value)}`;
    for (const one of Object.values(value)) {
      const problem = member.problem(one, `${at}.*`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  });
}

/** A member that may be absent. */
export function optional<Value>({ problem }: Shape<Value>): Shape<Value, true> {
  return { problem: (value, at) => (value === undefined ? undefined : problem(value, at)), isOptional: true };
}

/** A shape for each member: an optional one where the type has it so. */
export type Members<Value> = {
  readonly [Name in keyof Value]-?: object extends Pick<Value, Name>
    ? Shape<Required<Value>[Name], true>
    : Shape<Value[Name]>;
};

type Checks = Readonly<Record<string, Pick<Shape<unknown>, 'problem'>>>;

/** An object with these members. */
export function members<Value extends object>(shapes: Members<Value>): Shape<Value> {
  const named = Object.entries(shapes as Checks);
  return shape((value, at) => {
    if (!isObject(value)) return `"${at}" must be an object, but it is ${shapeOf(value)}`;
    for (const [name, member] of named) {
      const problem = member.problem(value[name], `${at}.${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  });
}

/** One of several objects, told apart by a member that has the name of the variant. */
export function variants<Tag extends string, Value extends Readonly<Record<Tag, string>>>(
  tag: Tag,
  shapes: { readonly [Name in Value[Tag]]: Shape<Extract<Value, Readonly<Record<Tag, Name>>>> },
): Shape<Value> {
  const byName = new Map(Object.entries(shapes as Checks));
  return shape((value, at) => {
    if (!isObject(value)) return `"${at}" must be an object, but it is ${shapeOf(value)}`;
    const name = value[tag];
    const variant = typeof name === 'string' ? byName.get(name) : undefined;
    if (variant === undefined) {
      return `"${at}.${tag}" must be one of ${[...byName.keys()].join(', ')}, but it is ${shapeOf(name)}`;
    }
    return variant.problem(value, at);
  });
}

/** One shape or the other. */
export function either<One, Other>(one: Shape<One>, other: Shape<Other>): Shape<One | Other> {
  return shape((value, at) => (one.problem(value, at) === undefined ? undefined : other.problem(value, at)));
}

/** True for a value of the shape. */
export function fits<Value>({ problem }: Shape<Value>, value: unknown): value is Value {
  return problem(value, '') === undefined;
}

/** The members of recorded data, whatever it is. */
export function membersOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** An object without the members that are undefined: what may be absent has no key then. */
export type Defined<Members extends object> = {
  [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key];
} & {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<Members[Key], undefined>;
};

/**
 * Leaves out what is undefined. Absent is said in one way here: the key is not there (`exactOptionalPropertyTypes`).
 *
 * @example `{ id, ...defined({ name, startTime }) }`
 */
export function defined<const Members extends object>(members: Members): Defined<Members> {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Defined<Members>;
}

/** A member of something whose shape is not known; undefined where there is none. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

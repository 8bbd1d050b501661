type Defined<Members extends object> = {
  [Key in keyof Members as undefined extends Members[Key] ? never : Key]: Members[Key];
} & {
  [Key in keyof Members as undefined extends Members[Key] ? Key : never]?: Exclude<Members[Key], undefined>;
};

/** Leaves out what is undefined: an absent member has no key (`exactOptionalPropertyTypes`). */
export function defined<Members extends object>(members: Members): Defined<Members> {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Defined<Members>;
}

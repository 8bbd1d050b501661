type Keys<Document> = Document extends unknown ? keyof Document & string : never;

/** What a member is: a sentence, and where it is a document itself, its own members. */
export type Member = string | Members;

/** A member that is a document, or a list of them. */
export interface Members {
  readonly text: string;
  readonly isList: boolean;
  readonly members: Readonly<Record<string, Member>>;
}

/** Every member of a document, and no other: the compiler holds the table to the code. */
export type Described<Document> = { readonly [Key in Keys<Document>]: Member };

/** A member that is a document. */
export function one<Document>(text: string, members: Described<Document>): Members {
  return { text, isList: false, members };
}

/** A member that is a list of documents. */
export function list<Document>(text: string, members: Described<Document>): Members {
  return { text, isList: true, members };
}

/** The paths of all members with what each is, in their order: `rows[].urgency`. */
export function pathsOf(
  members: Readonly<Record<string, Member>>,
  before = '',
): ReadonlyArray<readonly [string, string]> {
  return Object.entries(members).flatMap(([name, member]) => {
    if (typeof member === 'string') return [[`${before}${name}`, member] as const];
    const path = `${before}${name}${member.isList ? '[]' : ''}`;
    return [[path, member.text] as const, ...pathsOf(member.members, `${path}.`)];
  });
}

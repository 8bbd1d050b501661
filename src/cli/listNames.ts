/** The forms in which a list is printed. */
export const outputs = ['table', 'json', 'yaml', 'csv'] as const;

/** One of {@link outputs}. */
export type Output = (typeof outputs)[number];

/** The columns of a list, in the order of the forms for programs. */
export const columnNames = [
  'urgency',
  'subject',
  'state',
  'due',
  'age',
  'started',
  'ended',
  'attention',
  'problem',
  'attempt',
  'status',
  'account',
  'type',
  'run',
  'link',
  'id',
] as const;

/** One of {@link columnNames}. */
export type ListColumn = (typeof columnNames)[number];

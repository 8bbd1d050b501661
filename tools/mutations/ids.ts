/** The id of a workflow that is replayed to see which places it comes to. */
export const whole = 'whole';

/** The id of a workflow that is replayed with a change. */
export const mutantId = (mutant: number): string => `mutant:${mutant}`;

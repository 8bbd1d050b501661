/** Who answers in tests, and why. */
export const operator = { actor: 'ann', reason: 'checked it' };

/** Colors of outcomes; the word beside says the same. */
export const OUTCOME_COLOR = { done: 'default', refused: 'purple', failed: 'red' } as const;

/** Colors of outcomes; the word beside says the same. */
export const OUTCOME_COLOR = { done: 'green', refused: 'gold', failed: 'red' } as const;

/** Colors of outcomes; the word beside says the same. */
export const OUTCOME_COLOR: Partial<Record<string, string>> = { done: 'default', refused: 'purple', failed: 'red' };

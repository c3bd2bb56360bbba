import { createContext, useContext } from 'react';

/** Does something that may need the password once more: asks for it when the server says so, then does it again. */
export type StepUp = <T>(action: () => Promise<T>) => Promise<T>;

export const StepUpContext = createContext<StepUp>((action) => action());

export function useStepUp(): StepUp {
  return useContext(StepUpContext);
}

import { createContext, useContext } from 'react';

/** What is known of a part of the rule: how many it finds, and what the service refused of it. */
export interface PartState {
  customers: number | undefined;
  fault: string | undefined;
}

export const CountsContext = createContext<(id: number) => PartState>(() => ({
  customers: undefined,
  fault: undefined,
}));

export const usePart = (id: number): PartState => useContext(CountsContext)(id);

/** What changes a part: undefined takes it out. */
export const EditContext = createContext<Editing>({ change: () => {}, added: undefined });

export interface Editing {
  change<Part>(id: number, change: (part: Part) => unknown): void;
  /** the part that was added last, and takes the focus */
  added: number | undefined;
}

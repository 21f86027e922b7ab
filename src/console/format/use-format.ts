import { createContext, useContext } from 'react';
import type { Format } from './format.ts';

export const FormatContext = createContext<Format | undefined>(undefined);

/** How figures are written in the shop that is signed in to. */
export function useFormat(): Format {
  const format = useContext(FormatContext);
  if (!format) throw new Error('figures are shown within a session only');
  return format;
}

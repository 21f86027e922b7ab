/** Ids as people paste them: one on a line, or separated by commas, semicolons or blanks; each once. */
export const idsOf = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

export interface FigureWords {
  figures: Readonly<Record<string, string>>;
  ofWholeList: (name: string) => string;
  /** how much a feature tells in the learnt order of lists */
  orderWorth: (feature: string) => string;
}

export const isOfEvaluation = (name: string): boolean => name.startsWith('evaluation.');

/**
 * What a figure of a version is called; nothing where it has no words. A version of collaborative filtering is judged by
 * the whole list as it is served, of which its own scores are only a part.
 */
export function figureName(
  { figures, ofWholeList, orderWorth }: FigureWords,
  kind: string,
  name: string,
): string | undefined {
  const feature = /^order_worth\.(.+)$/.exec(name)?.[1];
  if (feature !== undefined) return orderWorth(feature);
  const words = Object.hasOwn(figures, name) ? figures[name] : undefined;
  return words && kind === 'collaborative-filtering' && isOfEvaluation(name) ? ofWholeList(words) : words;
}

import type { ReasonSource } from './ranked-items.ts';

/** One item of a list, as the API answers it. */
export interface RecommendedItem {
  position: number;
  item_id: string;
  title: string | null;
  category: string | null;
  price: string | null;
  url: string | null;
  image_url: string | null;
  score: number;
  reason: {
    source: ReasonSource;
    key: string;
    parameters: Record<string, string | number>;
    because_item_id?: string;
    text: string;
    /** the strongest of the rules that it rests on */
    rule?: RuleFigures;
    /** where several speak: each of them */
    rules?: (RuleFigures & { antecedent: string[] })[];
  };
}

interface RuleFigures {
  support: number;
  confidence: number;
  lift: number;
  count: number;
}

/** What the values of an attribute are. */
export type AttributeType = 'text' | 'number' | 'date' | 'yes-no' | 'list';

/** What the shop says of an attribute of its customers. */
export interface StatedAttribute {
  name: string;
  type: AttributeType;
  /** no value of it is shown as an example */
  personal: boolean;
  description: string | null;
  statedAt: Date;
}

/** An attribute that is stated, or that customers have; counts are of customers who may be profiled. */
export interface CustomerAttribute extends Omit<StatedAttribute, 'statedAt'> {
  /** null: its type is the one that is seen most */
  statedAt: Date | null;
  customers: number;
  /** customers by the type that their value has */
  seen: Partial<Record<AttributeType, number>>;
  /** customers whose value is not of its type */
  misfits: number;
  /** the most frequent values that several customers share, the first most frequent; of lists their parts */
  examples: string[];
}

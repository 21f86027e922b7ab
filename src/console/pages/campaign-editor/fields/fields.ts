import type { Draft } from '../draft.ts';

/** What every group of fields gets. */
export interface FieldsProps {
  draft: Draft;
  set(change: Partial<Draft>): void;
  /** what the service found wrong with a field, by its pointer without the first slash */
  fault(field: string): string | undefined;
  timeZone: string;
  isNew: boolean;
}

import type { Answer } from '../../api/index.ts';
import type { Tone } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

export type Import = Answer<'/v1/imports'>['items'][number];
export type Report = NonNullable<Import['report']>;

/** The tone and the words of what became of an import. */
export function useImportState(): (one: Import) => [Tone, string] {
  const { states } = useTexts(texts);
  return ({ status, report }) => {
    if (status === 'running') return ['accent', states.running];
    if (report && !report.assessment.passed && report.rows.refused) return ['bad', states.refused];
    return status === 'failed' ? ['bad', states.failed] : ['good', states.finished];
  };
}

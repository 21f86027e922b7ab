import type { Tone } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Run, Verdict } from './types.ts';

/** What a run has come to, in a word. */
export function useRunState(): (run: Run) => [Tone, string] {
  const { states } = useTexts(texts);
  return ({ status, release_id, verdict }) => {
    if (status === 'running') return ['accent', states.running];
    if (status === 'failed') return ['bad', states.failed];
    if (status === 'refused' || verdict?.['passed'] === false) return ['warn', states.refused];
    return release_id === null ? ['neutral', states.unpublished] : ['good', states.published];
  };
}

/** The gate's reason as a sentence of the page's language, without figures that stand beside it. */
export function useVerdictWords(): (verdict: Verdict) => string {
  const t = useTexts(texts);
  const say = useSaid();
  return ({ passed, reason, comparisons, faults }) => {
    if (faults.length > 0) return t.gateFaults(faults.map(say).join('; '));
    const worse = comparisons.find(({ high }) => high < 0);
    if (!passed && worse) return t.gateWorse(t.against[worse.against]);
    return say(reason);
  };
}

/** Is the list better than what it was compared with, beyond chance? */
export function useComparisonWords(): (comparison: Verdict['comparisons'][number]) => [Tone, string] {
  const t = useTexts(texts);
  return ({ low, high }) => {
    if (low > 0) return ['good', t.better];
    return high < 0 ? ['bad', t.worse] : ['neutral', t.alike];
  };
}

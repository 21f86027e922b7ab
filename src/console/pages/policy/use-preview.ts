import { type Asked, ask, useGet } from '../../api/index.ts';
import { useSettled } from '../../shared/use-settled.ts';
import type { Content, PolicyPreview } from './types.ts';

/** What a policy makes of the customers, asked once it has stood for a moment; it writes nothing. */
export function usePreview(policy: Content | undefined): Asked<PolicyPreview> {
  const settled = useSettled(JSON.stringify(policy ?? null), 300);
  const asked = JSON.parse(settled);
  return useGet<PolicyPreview>(ask('/v1/policies/previews', { body: { policy: asked } }), {
    when: asked?.kind === 'by-cause',
  });
}

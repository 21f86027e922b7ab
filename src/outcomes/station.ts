import type { Station } from '../station.ts';
import { eraseFromOutcomes, type Outcomes } from './outcomes.ts';
import { outcomeRoutes } from './routes.ts';

export function outcomesStation(
  outcomes: Outcomes,
  { config, clock }: { config: { minorDigits: number }; clock: () => Date },
): Station {
  return { routes: outcomeRoutes(outcomes, { ...config, clock }), erase: eraseFromOutcomes };
}

import type { Replenishment } from '../../../models/demand-forecasts/index.ts';
import type { NightTask } from '../nights/night-task.ts';

/** How an item is ordered: by its own attributes where they say so, else by the shop's settings. */
export function replenishmentOf(
  attributes: Readonly<Record<string, unknown>>,
  { leadTimeDays, reviewDays, serviceLevel }: NightTask['replenishment'],
): Required<Pick<Replenishment, 'leadDays' | 'reviewDays' | 'serviceLevel' | 'packUnits'>> {
  const within = (name: string, least: number, most: number) => {
    const value = attributes[name];
    return typeof value === 'number' && value >= least && value <= most ? value : undefined;
  };
  const packUnits = within('pack_units', 1, 1_000_000);
  return {
    leadDays: within('lead_time_days', 0.1, 365) ?? leadTimeDays,
    reviewDays,
    serviceLevel: within('service_level', 0.5, 0.999) ?? serviceLevel,
    packUnits: packUnits === undefined ? 1 : Math.floor(packUnits),
  };
}

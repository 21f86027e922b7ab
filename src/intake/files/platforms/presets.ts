import { behaviour } from './behaviour.ts';
import { headless } from './headless.ts';
import { hosted } from './hosted.ts';
import { marketplaces } from './marketplaces.ts';
import { openSource } from './open-source.ts';
import { pannier } from './pannier.ts';
import type { Preset } from './preset.ts';
import { shopify } from './shopify.ts';
import { woocommerce } from './woocommerce.ts';

/** Every platform's files that are known by their headings. */
export const platformPresets: readonly Preset[] = [
  ...pannier,
  ...shopify,
  ...woocommerce,
  ...openSource,
  ...hosted,
  ...headless,
  ...marketplaces,
  ...behaviour,
];

/** The platforms' names. */
export const platforms: readonly string[] = [...new Set(platformPresets.map(({ platform }) => platform))];

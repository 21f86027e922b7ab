import type { Preset } from './preset.ts';
import { shopify } from './shopify.ts';
import { woocommerce } from './woocommerce.ts';

/** Every platform's files that are known by their headings. */
export const platformPresets: readonly Preset[] = [...shopify, ...woocommerce];

/** The platforms' names. */
export const platforms: readonly string[] = [...new Set(platformPresets.map(({ platform }) => platform))];

export { type Beside, blendLikes } from './blend-likes.ts';
export { ContentIndex, type Likes, noLikes } from './content-index.ts';
export type { ItemContent } from './item-content.ts';
export { type ContentSettings, contentSettings } from './settings.ts';

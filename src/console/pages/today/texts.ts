import { inLanguages } from '../../texts/texts.ts';

export const texts = inLanguages(
  { title: 'Today', purpose: 'How the shop stands, and what has changed since yesterday.' },
  { title: '今日', purpose: '店铺现状，以及与昨天相比的变化。' },
);

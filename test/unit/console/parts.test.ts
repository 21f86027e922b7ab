import { expect, test } from '@jest/globals';
import { parts } from '../../../src/console/app/command-bar/parts.ts';
import { texts as campaigns } from '../../../src/console/pages/campaigns/texts.ts';
import { texts as data } from '../../../src/console/pages/data/texts.ts';
import { alarmTexts } from '../../../src/console/pages/indicators/alarms/alarm-texts.ts';
import { texts as indicators } from '../../../src/console/pages/indicators/texts.ts';
import { texts as learning } from '../../../src/console/pages/learning/texts.ts';
import { texts as recommendations } from '../../../src/console/pages/recommendations/texts.ts';
import { texts as segments } from '../../../src/console/pages/segments/texts.ts';
import { texts as settings } from '../../../src/console/pages/settings/texts.ts';
import { texts as stock } from '../../../src/console/pages/stock/texts.ts';
import { texts as today } from '../../../src/console/pages/today/texts.ts';

const pages: Record<string, { en: Record<string, unknown>; zh: Record<string, unknown> }> = {
  ...{ campaigns, data, learning, recommendations, segments, settings, stock },
  today: { en: today.en.spans, zh: today.zh.spans },
  indicators: { en: { ...indicators.en, ...alarmTexts.en }, zh: { ...indicators.zh, ...alarmTexts.zh } },
};

// Would see: a tab that is found under a name which the page has given up, or in one language only.
test('the command bar calls tabs as their pages do', () => {
  const wrong = parts.filter(({ page, query, en, zh }) => {
    const tab = query.split('=')[1] ?? '';
    const called = (['en', 'zh'] as const).map((language) => pages[page]?.[language][tab]);
    return called[0] !== en || called[1] !== zh;
  });
  expect(wrong).toEqual([]);
  expect(parts.length).toBeGreaterThan(20);
});

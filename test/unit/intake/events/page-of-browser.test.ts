import { describe, expect, test } from '@jest/globals';
import { tidyPage } from '../../../../src/intake/events/page-of-browser.ts';

const browser = {
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1',
  acceptLanguage: 'de-AT,de;q=0.9,en;q=0.7',
};
const pageOf = (page: object, from?: typeof browser, type = 'page_view') => tidyPage({ type, page }, from).page;

// Would see: an address with somebody's name or mail kept for years, because a link of a letter carried it.
describe('the page of an event', () => {
  test('keeps of an address its path, and of the query the tags of a campaign', () => {
    expect(pageOf({ path: '/tea?utm_source=letter&utm_campaign=spring%20sale&mail=a@b.example#anna' })).toEqual({
      path: '/tea',
      campaign: { source: 'letter', name: 'spring sale' },
    });
    expect(pageOf({ path: '/tea#?utm_source=x', referrer: 'https://search.example/find?q=anna+meier' })).toEqual({
      path: '/tea',
      referrer: 'https://search.example/find',
    });
  });

  test('goes by what it says itself before what its address says', () => {
    expect(pageOf({ path: '/?utm_source=x', campaign: { name: 'own' } })).toEqual({
      path: '/',
      campaign: { name: 'own' },
    });
    expect(pageOf({ path: '/', device: 'other', language: 'fr' }, browser)).toEqual({
      path: '/',
      device: 'other',
      language: 'fr',
    });
  });

  test.each([
    [browser.userAgent, 'mobile'],
    ['Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36', 'mobile'],
    ['Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/130.0 Safari/537.36', 'tablet'],
    ['Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148', 'tablet'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'desktop'],
  ])('is looked at on what the browser says: %s', (userAgent, device) => {
    expect(pageOf({ path: '/' }, { ...browser, userAgent })).toEqual({ path: '/', device, language: 'de-AT' });
  });

  test('is nobody’s browser’s where the shop’s server tells it, and of other events', () => {
    expect(pageOf({ path: '/' })).toEqual({ path: '/' });
    expect(pageOf({ path: '/' }, browser, 'view')).toEqual({ path: '/' });
  });

  test.each([[{ type: 'view' }], ['text'], [null], [{ type: 'view', page: 5 }], [{ type: 'view', page: { path: 5 } }]])(
    'that is none stays as it is, for cleaning to judge: %j',
    (event) => expect(tidyPage(event as object, browser)).toEqual(event),
  );

  test('has no tag that the contract would not take', () => {
    const long = 'x'.repeat(300);
    expect(pageOf({ path: `/?utm_source=${long}&utm_medium=&utm_term=%00&utm_content=%ED%A0%80` })).toEqual({
      path: '/',
      campaign: { source: 'x'.repeat(128), content: expect.any(String) },
    });
  });
});

import type { Page } from 'playwright-core';

/** What has the focus, by what it is called: its label, its own name, or its text. */
export const focused = async (page: Page): Promise<string> =>
  String(
    await page.evaluate(`(() => {
      const element = document.activeElement;
      const label = (element.labels?.[0] ?? element.closest('label'))?.textContent ?? '';
      const text = element.closest('label') ? '' : element.textContent;
      return [label, element.getAttribute('aria-label') ?? '', text].join(' ').trim();
    })()`),
  );

/** Goes on by Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let steps = 0; steps < 80; steps++) {
    await page.keyboard.press(key);
    const here = await focused(page);
    if (here === name || here.startsWith(`${name} `)) return;
    passed.push(here.slice(0, 30));
  }
  throw new Error(`nothing that is called ${name} is reached by ${key}: ${passed.join(' | ')}`);
}

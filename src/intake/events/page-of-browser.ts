/** A page as an event tells it. */
interface ToldPage {
  path?: string;
  referrer?: string;
  device?: 'desktop' | 'mobile' | 'tablet' | 'other';
  language?: string;
  campaign?: Partial<Record<CampaignPart, string>>;
}
type CampaignPart = 'source' | 'medium' | 'name' | 'term' | 'content';

/** What a browser says of itself with every request. */
export interface BrowserHeaders {
  userAgent: string | undefined;
  acceptLanguage: string | undefined;
}

const longestTag = 128;

/**
 * The page of an event without what may name a person: of an address no more than its path, and of its query the tags of a campaign. What a
 * page view does not say of a browser that sent it itself, the browser's headers do.
 * @param browser undefined: the event was not sent by its visitor's browser
 */
export function tidyPage<Event extends object>(event: Event, browser: BrowserHeaders | undefined): Event {
  const { page, type } = (event ?? {}) as { page?: ToldPage; type?: unknown };
  if (typeof page !== 'object' || page === null) return event;
  const tidy: ToldPage = { ...page };
  if (typeof page.path === 'string') {
    const [path, query] = splitQuery(page.path);
    tidy.path = path;
    const tags = query === undefined ? {} : tagsOf(query);
    if (Object.keys(tags).length > 0) tidy.campaign ??= tags;
  }
  if (typeof page.referrer === 'string') tidy.referrer = splitQuery(page.referrer)[0];
  if (browser && type === 'page_view') {
    tidy.device ??= deviceOf(browser.userAgent);
    tidy.language ??= languageOf(browser.acceptLanguage);
  }
  return { ...event, page: tidy };
}

/** Where a fragment ends a path, there is no query after it. */
function splitQuery(address: string): [path: string, query: string | undefined] {
  const [, path, query] = /^([^?#]*)(?:\?([^#]*))?/.exec(address)!;
  return [path, query];
}

function tagsOf(query: string): NonNullable<ToldPage['campaign']> {
  const told = new URLSearchParams(query);
  const tags: NonNullable<ToldPage['campaign']> = {};
  for (const part of ['source', 'medium', 'name', 'term', 'content'] as const) {
    const value = told.get(`utm_${part === 'name' ? 'campaign' : part}`)?.replaceAll('\0', '');
    if (value) tags[part] = value.slice(0, longestTag).toWellFormed();
  }
  return tags;
}

function deviceOf(userAgent: string | undefined): ToldPage['device'] {
  if (userAgent === undefined) return undefined;
  if (/iPad|Tablet|Android(?!.*Mobile)/.test(userAgent)) return 'tablet';
  return /Mobi/.test(userAgent) ? 'mobile' : 'desktop';
}

/** The one that is wanted most stands first, as browsers write it. */
function languageOf(acceptLanguage: string | undefined): string | undefined {
  return /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,3}/.exec(acceptLanguage ?? '')?.[0];
}

/** What a visitor does on a page; what each type needs says `POST /v1/events`. */
export interface EventFields {
  item_id?: string | undefined;
  list_id?: string | undefined;
  position?: number | undefined;
  [field: string]: unknown;
}

/**
 * `wait`: what happens is held in the page; nothing leaves it, and nothing is kept in the browser. `none`: nothing is noted, and
 * what was kept is deleted.
 */
export type Consent = 'granted' | 'wait' | 'none';

export interface CollectorOptions {
  /** the publishable key, `pk_…` */
  key: string;
  /** where the service is asked, such as https://pannier.shop.example */
  url: string;
  consent?: Consent | undefined;
  /** signed by the shop's server, where somebody is signed in */
  customer?: string | undefined;
  /** for how long a browser is the same visitor; browsers may end it earlier */
  days?: number | undefined;
}

/** What a page may do with its collector. */
export interface Collector {
  /** Notes what is done: `track('cart_add', { item_id: 'I0042' })`. */
  track(type: string, fields?: EventFields): void;
  /** Another page is looked at, where one comes without being loaded. */
  page(): void;
  consent(given: Consent): void;
  /** Whose browser it is from now on, as the shop's server signed it; undefined: a visitor's. */
  customer(token?: string): void;
  /** The visitor's id, which the shop's server sends along with orders; undefined without consent. */
  visitor(): string | undefined;
}

const tooManyRequests = 429;
const batchSize = 50;
const mostWaiting = 1_000;
const everyMs = 5_000;
const longestWaitMs = 300_000;
const visitorName = 'pannier';
const sessionName = `${visitorName}-session`;
const eventName = `${visitorName}:`;
const sessionSeconds = 1_800;
const pingMs = 15_000;
const seenMs = 1_000;
const itemAttribute = '[data-pannier-item]';

/**
 * Collects what the visitor of this page does, by its `data-pannier-…` attributes and by calls, and sends it in batches. Each event
 * lies in the browser's storage by itself, so that pages open beside each other undo nothing of one another, until the service has
 * answered; its id is made once, so that what is sent twice counts once. It needs https, or localhost.
 */
export function collect({ key, url, consent = 'granted', customer, days = 390 }: CollectorOptions): Collector {
  const [d, address] = [document, `${url}/v1/events`];
  const timers = new WeakMap<Element, number>();
  let store: Record<string, string> = {};
  const early: object[] = [];
  let { referrer } = d;
  let failures = 0;
  /** of what waits to be sent; below 0: it is being sent */
  let timer = 0;
  let dwell = 0;
  let seenAt = 0;

  try {
    store = localStorage;
  } catch {}

  const keys = () => Object.keys(store).filter((one) => one.startsWith(eventName));
  const forget = (batch: string[]) => batch.map((one) => delete store[one]);
  /** What a cookie holds, kept for so many seconds more; without one a new id. */
  const cookie = (part: string, seconds: number) => {
    const id = new RegExp(`(^|; )${part}=([^;]+)`).exec(d.cookie)?.[2] ?? crypto.randomUUID();
    d.cookie = `${part}=${id};path=/;max-age=${seconds};secure`;
    return id;
  };
  const visitor = () => (consent === 'granted' ? cookie(visitorName, days * 86_400) : undefined);

  function keep(event: object): void {
    const [session_id, visitor_id] = [cookie(sessionName, sessionSeconds), visitor()];
    const event_id = eventName + crypto.randomUUID();
    try {
      store[event_id] = JSON.stringify({ event_id, visitor_id, session_id, ...event });
    } catch {}
    const all = keys();
    forget(all.slice(0, -mostWaiting));
    if (all.length < batchSize || failures) timer ||= setTimeout(flush, everyMs);
    else flush();
  }

  // Another page may have had its answer for some of them meanwhile.
  const bodyOf = (batch: string[]) => `{"key":"${key}","events":[${batch.flatMap((one) => store[one] ?? [])}]}`;

  async function flush(): Promise<void> {
    const batch = keys().slice(0, batchSize);
    if (timer < 0 || !batch.length) return;
    clearTimeout(timer);
    timer = -1;
    let after = Math.min(everyMs * 2 ** failures++, longestWaitMs);
    try {
      // Plain text, as a text is by default: so the browser need not ask first.
      const { status, headers } = await fetch(address, { method: 'POST', body: bodyOf(batch) });
      // What is refused for what it says would be refused again.
      if (status < tooManyRequests) {
        failures = 0;
        forget(batch);
      } else after = Math.max(after, +headers.get('retry-after')! * 1_000);
    } catch {}
    timer = 0;
    const left = keys().length;
    if (left) timer = setTimeout(flush, failures || left < batchSize ? after : 0);
  }

  function track(type: string, fields?: EventFields): void {
    if (consent !== 'none') early.push({ type, occurred_at: new Date(), customer_token: customer, ...fields });
    if (consent === 'granted') early.splice(0).map(keep);
  }

  function page(): void {
    ping();
    dwell = 0;
    const { pathname, search, href } = location;
    // The service takes the campaign's tags from it and keeps nothing else of the query.
    track('page_view', { page: { path: pathname + search, referrer } });
    referrer = href;
  }

  /** How long the page has been seen, told where that is more than before. */
  function ping(): void {
    const now = Date.now();
    if (seenAt) {
      dwell += now - seenAt;
      track('page_ping', { dwell_seconds: Math.round(dwell / 1_000) });
    }
    seenAt = d.hidden ? 0 : now;
  }

  function fieldsOf(element: Element): EventFields {
    const item = element.closest<HTMLElement>(itemAttribute);
    const list = item?.closest<HTMLElement>('[data-pannier-list]');
    return {
      item_id: item?.dataset['pannierItem'],
      list_id: list?.dataset['pannierList'],
      position: list ? [...list.querySelectorAll(itemAttribute)].indexOf(item!) + 1 : undefined,
    };
  }

  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(timers.get(target));
        if (!isIntersecting) continue;
        timers.set(
          target,
          setTimeout(() => {
            sight.unobserve(target);
            track('impression', fieldsOf(target));
          }, seenMs),
        );
      }
    },
    { threshold: 0.5 },
  );

  function scan(): void {
    for (const element of d.querySelectorAll<HTMLElement>(
      `${itemAttribute},[data-pannier-view],[data-pannier-search]`,
    )) {
      if (timers.has(element)) continue;
      timers.set(element, 0);
      const { pannierItem, pannierView, pannierSearch, pannierResults } = element.dataset;
      if (pannierItem) sight.observe(element);
      if (pannierView) track('view', { item_id: pannierView });
      if (pannierSearch) track('search', { query: pannierSearch, results: pannierResults && +pannierResults });
    }
  }

  addEventListener(
    'click',
    ({ target }) => {
      const fields = fieldsOf(target as Element);
      const cart = (target as Element).closest<HTMLElement>('[data-pannier-cart]');
      const item_id = cart?.dataset['pannierCart'] || fields.item_id;
      if (item_id) track(cart ? 'cart_add' : 'click', { ...fields, item_id });
    },
    true,
  );
  addEventListener('visibilitychange', () => {
    ping();
    // A page that is hidden may be left. What a beacon sends is not answered: it stays until it has been sent again.
    if (d.hidden) for (const all = keys(); all[0]; ) navigator.sendBeacon(address, bodyOf(all.splice(0, batchSize)));
  });
  setInterval(() => d.hidden || ping(), pingMs);
  page();
  scan();
  new MutationObserver(scan).observe(d, { childList: true, subtree: true });

  return {
    track,
    page,
    consent(given) {
      consent = given;
      if (given === 'granted') early.splice(0).map(keep);
      if (given !== 'none') return;
      early.length = 0;
      forget(keys());
      [visitorName, sessionName].map((part) => cookie(part, 0));
    },
    customer(token) {
      customer = token;
    },
    visitor,
  };
}

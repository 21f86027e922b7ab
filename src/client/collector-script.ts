import { type Collector, type CollectorOptions, collect } from './collector.ts';

/**
 * `<script async src="https://…/collector.js" data-key="pk_…">`: collects on the page that names it. What the page has called before
 * waits in an array, `(window.pannier ||= []).push(['track', 'cart_add', { item_id: 'I0042' }])`, and may go on calling so.
 */
type Call = [method: keyof Collector, ...given: unknown[]];
const { src, dataset } = document.currentScript as HTMLScriptElement;
const collector = collect({ url: new URL(src).origin, ...(dataset as unknown as Pick<CollectorOptions, 'key'>) });
const push = ([method, ...given]: Call) => (collector[method] as (...given: unknown[]) => unknown)(...given);
const page = window as unknown as { pannier?: { map?(one: typeof push): void } };
page.pannier?.map?.(push);
page.pannier = { ...collector, push } as object;

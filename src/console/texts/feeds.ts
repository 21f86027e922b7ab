import type { SentenceKey } from './said.ts';

export type FeedKey = Extract<SentenceKey, `feed.${string}`>;

/** What became of catalogues that are pulled from an address, in Chinese. */
export const chineseFeeds: Record<FeedKey, string> = {
  'feed.private-address':
    '{host} 的地址是 {address}，不是公网地址：可用 PANNIER_FEED_NETWORKS 列出允许拉取的内网网段。',
  'feed.unreachable': '无法连接 {host}：{why}。',
  'feed.led-on': '目录源的服务器重定向超过 {most} 次。',
  'feed.led-astray': '目录源的服务器重定向到了非 http/https 的地址，或从 https 转到了 http。',
  'feed.status': '目录源的服务器返回 {status}。',
  'feed.packed': '目录源的服务器以 {encoding} 压缩，无法识别：请使用 gzip。',
  'feed.too-large': '目录源超过 {size} MB。',
  'feed.too-slow': '目录源未能在 {seconds} 秒内传完。',
  'feed.broken-off': '目录源在传完之前中断了。',
  'feed.unreadable': '目录源无法导入：{why}',
  'feed.no-items': '目录源中没有可识别的商品。',
  'feed.refused': '目录源的数据未通过检查，未导入任何内容：原因见导入 {import}。',
  'feed.fewer': '目录源的 {before} 件商品中有 {gone} 件消失了：未隐藏任何商品。如属实，请以 accept_fewer 再次拉取。',
  'feed.died': '拉取目录源时服务中断。',
};

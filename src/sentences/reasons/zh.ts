import type { ReasonTexts } from './reason-text.ts';

/** Reasons in Chinese. */
export const chinese: ReasonTexts = {
  'reason.bought-before': '您曾购买过',
  'reason.bought-often': '您经常回购',
  'reason.because-bought': '因为您购买过 {item}',
  'reason.because-interested': '因为您对 {item} 感兴趣',
  'reason.because-looked': '因为您浏览过 {item}',
  'reason.because-liked': '因为您喜欢 {item}',
  'reason.because-in-cart': '因为您的购物车里有 {item}',
  'reason.same-customers': '选择 {item} 的顾客也选择了它',
  'reason.like-you': '与您喜好相近的顾客的选择',
  'reason.together': '常与 {item} 一起购买',
  'reason.popular': '本店热销',
  'reason.for-sale': '本店在售',
  'reason.bought-along': '其他顾客将它与 {item} 一起购买',
  'reason.category-along': '与 {item} 这类商品搭配的热销品',
  'reason.viewed': '您浏览过',
  'reason.buy-again': '差不多该回购了',
  'reason.trending': '销量持续上升',
  'reason.new': '本店新品',
  'reason.reduced': '已降价',
  'reason.given': '按原有顺序',
  'reason.pinned': '本店精选',
  'reason.searched': '符合您的搜索',
  'reason.similar': '与 {item} 相似',
  'reason.popular-with-others': '其他顾客热购',
};

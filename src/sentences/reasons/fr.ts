import type { ReasonTexts } from './reason-text.ts';

/** Reasons in French. */
export const french: ReasonTexts = {
  'reason.bought-before': 'Vous avez déjà acheté cet article',
  'reason.bought-often': 'Vous achetez régulièrement cet article',
  'reason.because-bought': 'Parce que vous avez acheté « {item} »',
  'reason.because-interested': 'Parce que vous vous intéressez à « {item} »',
  'reason.because-looked': 'Parce que vous avez consulté « {item} »',
  'reason.because-liked': 'Parce que vous aimez « {item} »',
  'reason.because-in-cart': 'Parce que « {item} » est dans votre panier',
  'reason.same-customers': 'Les clients qui choisissent « {item} » choisissent aussi cet article',
  'reason.like-you': 'Le choix de clients aux goûts proches des vôtres',
  'reason.together': 'Souvent acheté avec « {item} »',
  'reason.popular': 'Populaire dans cette boutique',
  'reason.for-sale': 'En vente dans cette boutique',
  'reason.bought-along': 'Acheté par d’autres clients avec « {item} »',
  'reason.category-along': 'Populaire en complément d’articles comme « {item} »',
  'reason.viewed': 'Vous avez consulté cet article',
  'reason.buy-again': 'Il est peut-être temps d’en racheter',
  'reason.trending': 'De plus en plus demandé',
  'reason.new': 'Nouveau dans cette boutique',
  'reason.reduced': 'Prix en baisse',
  'reason.given': 'Dans l’ordre des résultats',
  'reason.pinned': 'Choisi par la boutique',
  'reason.searched': 'Correspond à votre recherche',
  'reason.similar': 'Semblable à « {item} »',
  'reason.popular-with-others': 'Populaire auprès d’autres clients',
};

import type { ReasonTexts } from './reason-text.ts';

/** Reasons in German. */
export const german: ReasonTexts = {
  'reason.bought-before': 'Von Ihnen schon einmal gekauft',
  'reason.bought-often': 'Kaufen Sie immer wieder',
  'reason.because-bought': 'Weil Sie {item} gekauft haben',
  'reason.because-interested': 'Weil Sie sich für {item} interessieren',
  'reason.because-looked': 'Weil Sie sich {item} angesehen haben',
  'reason.because-liked': 'Weil Ihnen {item} gefällt',
  'reason.because-in-cart': 'Weil {item} in Ihrem Warenkorb liegt',
  'reason.same-customers': 'Wer {item} wählt, wählt oft auch diesen Artikel',
  'reason.like-you': 'Beliebt bei Kunden mit ähnlichem Geschmack',
  'reason.together': 'Wird oft zusammen mit {item} gekauft',
  'reason.popular': 'Beliebt in diesem Shop',
  'reason.for-sale': 'In diesem Shop erhältlich',
  'reason.bought-along': 'Von anderen zusammen mit {item} gekauft',
  'reason.category-along': 'Beliebt als Ergänzung zu Artikeln wie {item}',
  'reason.viewed': 'Von Ihnen angesehen',
  'reason.buy-again': 'Vielleicht Zeit zum Nachkaufen',
  'reason.trending': 'Immer gefragter',
  'reason.new': 'Neu in diesem Shop',
  'reason.reduced': 'Im Preis gesenkt',
  'reason.given': 'In der Reihenfolge der Ergebnisse',
  'reason.pinned': 'Vom Shop ausgewählt',
  'reason.searched': 'Passt zu Ihrer Suche',
  'reason.similar': 'Ähnlich wie {item}',
  'reason.popular-with-others': 'Beliebt bei anderen Kunden',
};

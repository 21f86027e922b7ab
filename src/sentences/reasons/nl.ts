import type { ReasonTexts } from './reason-text.ts';

/** Reasons in Dutch. */
export const dutch: ReasonTexts = {
  'reason.bought-before': 'Dit heb je eerder gekocht',
  'reason.bought-often': 'Dit koop je regelmatig',
  'reason.because-bought': 'Omdat je {item} hebt gekocht',
  'reason.because-interested': 'Omdat je interesse hebt in {item}',
  'reason.because-looked': 'Omdat je {item} hebt bekeken',
  'reason.because-liked': 'Omdat je {item} leuk vindt',
  'reason.because-in-cart': 'Omdat {item} in je winkelwagen ligt',
  'reason.same-customers': 'Wie {item} kiest, kiest vaak ook dit',
  'reason.like-you': 'Gekozen door klanten met een vergelijkbare smaak',
  'reason.together': 'Vaak samen gekocht met {item}',
  'reason.popular': 'Populair in deze winkel',
  'reason.for-sale': 'Te koop in deze winkel',
  'reason.bought-along': 'Anderen kochten dit samen met {item}',
  'reason.category-along': 'Populair bij artikelen zoals {item}',
  'reason.viewed': 'Dit heb je bekeken',
  'reason.buy-again': 'Misschien tijd om dit weer te kopen',
  'reason.trending': 'Steeds populairder',
  'reason.new': 'Nieuw in deze winkel',
  'reason.reduced': 'In prijs verlaagd',
  'reason.given': 'In de volgorde van de resultaten',
  'reason.pinned': 'Gekozen door de winkel',
  'reason.searched': 'Past bij wat je zocht',
  'reason.similar': 'Lijkt op {item}',
  'reason.popular-with-others': 'Populair bij andere klanten',
};

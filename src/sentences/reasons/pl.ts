import type { ReasonTexts } from './reason-text.ts';

/** Reasons in Polish. */
export const polish: ReasonTexts = {
  'reason.bought-before': 'Kupione przez Ciebie wcześniej',
  'reason.bought-often': 'Kupujesz to regularnie',
  'reason.because-bought': 'Na podstawie zakupu „{item}”',
  'reason.because-interested': 'Ponieważ interesuje Cię „{item}”',
  'reason.because-looked': 'Na podstawie oglądanego produktu „{item}”',
  'reason.because-liked': 'Ponieważ podoba Ci się „{item}”',
  'reason.because-in-cart': 'Ponieważ masz w koszyku „{item}”',
  'reason.same-customers': 'Wybierane przez tych samych klientów co „{item}”',
  'reason.like-you': 'Wybierane przez klientów o podobnych upodobaniach',
  'reason.together': 'Często kupowane razem z produktem „{item}”',
  'reason.popular': 'Popularne w tym sklepie',
  'reason.for-sale': 'Dostępne w tym sklepie',
  'reason.bought-along': 'Inni klienci kupili to razem z produktem „{item}”',
  'reason.category-along': 'Popularny dodatek do produktów takich jak „{item}”',
  'reason.viewed': 'Oglądane przez Ciebie',
  'reason.buy-again': 'Być może czas kupić to ponownie',
  'reason.trending': 'Sprzedaje się coraz lepiej',
  'reason.new': 'Nowość w tym sklepie',
  'reason.reduced': 'Obniżona cena',
  'reason.given': 'W kolejności wyników',
  'reason.pinned': 'Wybrane przez sklep',
  'reason.searched': 'Pasuje do Twojego wyszukiwania',
  'reason.similar': 'Podobne do „{item}”',
  'reason.popular-with-others': 'Popularne wśród innych klientów',
};

import type { ReasonTexts } from './reason-text.ts';

/** Reasons in Italian. */
export const italian: ReasonTexts = {
  'reason.bought-before': 'Hai già acquistato questo articolo',
  'reason.bought-often': 'Acquisti spesso questo articolo',
  'reason.because-bought': 'Perché hai acquistato {item}',
  'reason.because-interested': 'Perché ti interessa {item}',
  'reason.because-looked': 'Perché hai guardato {item}',
  'reason.because-liked': 'Perché ti piace {item}',
  'reason.because-in-cart': 'Perché hai {item} nel carrello',
  'reason.same-customers': 'Chi sceglie {item} sceglie anche questo articolo',
  'reason.like-you': 'Scelto da clienti con gusti simili ai tuoi',
  'reason.together': 'Spesso acquistato insieme a {item}',
  'reason.popular': 'Popolare in questo negozio',
  'reason.for-sale': 'In vendita in questo negozio',
  'reason.bought-along': 'Acquistato da altri clienti insieme a {item}',
  'reason.category-along': 'Popolare in abbinamento ad articoli come {item}',
  'reason.viewed': 'Hai guardato questo articolo',
  'reason.buy-again': 'Forse è ora di riacquistarlo',
  'reason.trending': 'Sempre più richiesto',
  'reason.new': 'Novità in questo negozio',
  'reason.reduced': 'Prezzo ribassato',
  'reason.given': 'Nell’ordine dei risultati',
  'reason.pinned': 'Scelto dal negozio',
  'reason.searched': 'Corrisponde alla tua ricerca',
  'reason.similar': 'Simile a {item}',
  'reason.popular-with-others': 'Popolare tra altri clienti',
};

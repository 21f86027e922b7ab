import type { ReasonTexts } from './reason-text.ts';

/** Reasons in Spanish. */
export const spanish: ReasonTexts = {
  'reason.bought-before': 'Ya has comprado este artículo',
  'reason.bought-often': 'Compras este artículo con frecuencia',
  'reason.because-bought': 'Porque compraste {item}',
  'reason.because-interested': 'Porque te interesa {item}',
  'reason.because-looked': 'Porque has visto {item}',
  'reason.because-liked': 'Porque te gusta {item}',
  'reason.because-in-cart': 'Porque tienes {item} en el carrito',
  'reason.same-customers': 'Quienes eligen {item} también eligen este artículo',
  'reason.like-you': 'Elegido por clientes con gustos parecidos a los tuyos',
  'reason.together': 'Suele comprarse junto con {item}',
  'reason.popular': 'Popular en esta tienda',
  'reason.for-sale': 'A la venta en esta tienda',
  'reason.bought-along': 'Otros clientes lo compraron con {item}',
  'reason.category-along': 'Popular como complemento de artículos como {item}',
  'reason.viewed': 'Has visto este artículo',
  'reason.buy-again': 'Quizá sea hora de volver a comprarlo',
  'reason.trending': 'Cada vez se vende más',
  'reason.new': 'Novedad en esta tienda',
  'reason.reduced': 'Precio rebajado',
  'reason.given': 'En el orden de los resultados',
  'reason.pinned': 'Elegido por la tienda',
  'reason.searched': 'Coincide con tu búsqueda',
  'reason.similar': 'Similar a {item}',
  'reason.popular-with-others': 'Popular entre otros clientes',
};

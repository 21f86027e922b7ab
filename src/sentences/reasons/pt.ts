import type { ReasonTexts } from './reason-text.ts';

/** Reasons in Portuguese. */
export const portuguese: ReasonTexts = {
  'reason.bought-before': 'Já comprou este produto',
  'reason.bought-often': 'Compra este produto com frequência',
  'reason.because-bought': 'Porque comprou {item}',
  'reason.because-interested': 'Porque tem interesse em {item}',
  'reason.because-looked': 'Porque viu {item}',
  'reason.because-liked': 'Porque gosta de {item}',
  'reason.because-in-cart': 'Porque tem {item} no carrinho',
  'reason.same-customers': 'Quem escolhe {item} também escolhe este produto',
  'reason.like-you': 'Escolhido por clientes com gostos parecidos com os seus',
  'reason.together': 'Comprado frequentemente com {item}',
  'reason.popular': 'Popular nesta loja',
  'reason.for-sale': 'À venda nesta loja',
  'reason.bought-along': 'Comprado por outros clientes com {item}',
  'reason.category-along': 'Popular como complemento de produtos como {item}',
  'reason.viewed': 'Já viu este produto',
  'reason.buy-again': 'Talvez seja hora de comprar novamente',
  'reason.trending': 'Cada vez mais vendido',
  'reason.new': 'Novidade nesta loja',
  'reason.reduced': 'Preço reduzido',
  'reason.given': 'Na ordem dos resultados',
  'reason.pinned': 'Escolhido pela loja',
  'reason.searched': 'Combina com a sua pesquisa',
  'reason.similar': 'Semelhante a {item}',
  'reason.popular-with-others': 'Popular entre outros clientes',
};

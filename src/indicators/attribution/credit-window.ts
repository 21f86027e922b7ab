/** Days before an order (or an event without a list) in which a click or a list counts for it, unless another window is asked for. */
export const creditWindowDays = 7;

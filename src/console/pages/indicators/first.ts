/** What is shown where the address names none. */
export const firstIndicator = 'net-sales';

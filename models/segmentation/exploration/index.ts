// A door of its own: ml-kmeans brings hundreds of modules, which whoever does not explore need not load.
export { type Exploration, exploreCustomers, type TooFewDistinct } from './explore-customers.ts';

import type { Station } from '../station.ts';
import type { Doctor } from './doctor.ts';
import { doctorRoutes } from './routes.ts';

/** Asks all others. */
export function doctorStation(doctor: Doctor): Station {
  return { routes: doctorRoutes(doctor) };
}

import request from 'supertest';
import type { TestService } from './service.ts';

/** Sends a shop's facts to a service that is there when the first one is sent. */
export function senders(service: () => TestService) {
  return {
    put: (path: string, body: object) => request(service().server).put(path).set(service().as('ingest')).send(body),
    post: (path: string, body: object, scope: Sender = 'ingest') =>
      request(service().server).post(path).set(service().as(scope)).send(body),
  };
}

type Sender = 'ingest' | 'events' | 'train';

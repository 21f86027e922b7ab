import type { Logger } from 'pino';
import { accountsStation, createAccounts } from './accounts/index.ts';
import { auditStation, createAudit } from './audit/index.ts';
import type { Config } from './config.ts';
import { connectorsStation, createConnectors, createFeeds } from './connectors/index.ts';
import {
  campaignsAimedAt,
  couponsStation,
  createCoupons,
  issuedCouponsRelation,
  policiesNaming,
  redemptionsRelation,
} from './coupons/index.ts';
import { createReplicaReads, type Database, findTrouble, type Notice, primaryReads, type Reads } from './db/index.ts';
import { createDoctor, doctorStation } from './doctor/index.ts';
import { createExperiments, experimentsStation } from './experiments/index.ts';
import {
  createMetrics,
  gatherHandlers,
  type HealthProbe,
  type Metrics,
  readHealth,
  serviceRoutes,
} from './http/index.ts';
import { createIndicators, indicatorsStation } from './indicators/index.ts';
import { createInstances, instancesStation } from './instances/index.ts';
import { createIntake, intakeStation } from './intake/index.ts';
import { createKeyRing, keysStation } from './keys/index.ts';
import { createOutcomes, createResponses, outcomesStation } from './outcomes/index.ts';
import { createRecommendations, recommendationsStation } from './recommendations/index.ts';
import { createSegments, segmentsStation } from './segments/index.ts';
import { noWaiting, type Turns } from './shops/turns.ts';
import type { Station } from './station.ts';
import { createTraining, trainingStation } from './training/index.ts';
import { createReleaseMemory, versionsStation } from './versions/index.ts';

export interface StationOptions {
  database: Database;
  /** Where customers and segments may be read; absent: nowhere else. */
  replica?: Database;
  connectionString: string;
  config: Config;
  log: Logger;
  clock?: () => Date;
  /** The compiled entry of the trainer's child process. */
  trainerEntry?: URL;
  /** Where the nights of several shops wait for their turn; absent: this one is alone. */
  nightTurns?: Turns;
  /** The same of what keeps a connection for long by day: housekeeping, and the counting of figures. */
  workTurns?: Turns;
}

export type Stations = ReturnType<typeof createStations>;

/** Puts the stations of the ring together; nothing is started yet. */
export function createStations(options: StationOptions) {
  const { database, connectionString, config, log, clock = () => new Date() } = options;
  const trainerEntry = options.trainerEntry ?? new URL('./training/engines/local/trainer.js', import.meta.url);
  // Compiled like the trainer, and lies with it.
  const nightEntry = new URL('../../../indicators/nights/night-worker.js', trainerEntry);
  const [db, reports, watch] = [database.for('requests'), database.for('reports'), database.for('watch')];
  const metrics = createMetrics(config.shop);
  /** Told to stop: `/readyz` says so at once. */
  const life = { isStopping: false };

  /** Something has changed; when the promise resolves the next answer knows of it. */
  async function follow(notice: Notice): Promise<void> {
    await Promise.all(ring.map((station) => station.onNotice?.(notice)));
  }
  const erase: NonNullable<Station['erase']> = async (...person) => {
    for (const station of ring) await station.erase?.(...person);
  };

  const releases = createReleaseMemory(watch);
  const reads = readsFrom(options.replica?.for('requests'), { db, metrics, log });
  const shared = {
    database,
    connectionString,
    db,
    reports,
    reads,
    config,
    clock,
    log,
    metrics,
    trainerEntry,
    nightEntry,
    nightTurns: options.nightTurns ?? noWaiting,
    workTurns: options.workTurns ?? noWaiting,
    readRelease: releases.read,
  };
  const keys = createKeyRing(db);
  const accounts = createAccounts({ ...shared, keys });
  const audit = createAudit(shared);
  const experiments = createExperiments({ ...shared, onChange: follow });
  const segments = createSegments({
    ...shared,
    shop: { ...config, couponRelations: { issued: issuedCouponsRelation, redeemed: redemptionsRelation } },
    campaignsAimedAt,
    policiesNaming,
    barredAttributes: config.barredAttributes,
    predictedAttributes: config.predictedAttributes,
  });
  const recommendations = createRecommendations({ ...shared, isSegment: segments.isSegment });
  const intake = createIntake({ ...shared, db: database.for('facts'), work: database, onChange: follow, erase });
  const connectors = createConnectors({ db: database.for('facts'), intake, clock });
  const feeds = createFeeds({ db: database.for('facts'), work: database, intake, config, clock, log });
  const { lowerPricedItems, topItems, itemsForScope, itemsOfRule } = recommendations;
  const coupons = createCoupons({
    ...shared,
    lowerPricedItems,
    topItems,
    itemsForScope,
    itemsOfRule,
    isSegment: segments.isSegment,
    responses: createResponses(db),
  });
  const outcomes = createOutcomes({ ...shared, db: reports, coupons, intake });
  const indicators = createIndicators(shared);
  const training = createTraining({ ...shared, db: database, onChange: follow });
  const doctor = createDoctor(() => ring, clock);
  const instances = createInstances(watch, () => recommendations.isServing().releaseId);

  const probe: HealthProbe = {
    database: () => findTrouble(db, 1_000),
    replica: reads.replica,
    release: () => recommendations.isServing().release,
    snapshot: () => recommendations.isRestored(),
    fresh: () => recommendations.isServing().fresh,
    stopping: () => life.isStopping,
  };

  /** In the order in which data flows. */
  const ring: readonly Station[] = [
    keysStation(keys, db, accounts.users.isGovernedBy),
    auditStation(audit),
    accountsStation(accounts),
    versionsStation(releases, follow),
    intakeStation(intake, { ...shared, keys }),
    connectorsStation(connectors, feeds, database),
    experimentsStation(experiments, db),
    recommendationsStation(recommendations, { ...shared, keys }),
    segmentsStation(segments, shared),
    couponsStation(coupons, shared),
    outcomesStation(outcomes, shared),
    indicatorsStation(indicators, shared),
    trainingStation(training, shared),
    instancesStation(instances, watch),
    doctorStation(doctor),
    { routes: serviceRoutes(metrics, probe) },
  ];
  const handlers = gatherHandlers(ring.map(({ routes }) => routes));
  return {
    ring,
    handlers,
    keys,
    accounts,
    audit,
    releases,
    intake,
    connectors,
    feeds,
    experiments,
    recommendations,
    segments,
    coupons,
    outcomes,
    indicators,
    training,
    doctor,
    metrics,
    health: () => readHealth(probe),
    follow,
    life,
  };
}

function readsFrom(
  replica: Database | undefined,
  { db, metrics, log }: { db: Database; metrics: Metrics; log: Logger },
): Reads {
  if (!replica) return primaryReads(db);
  const read = {
    replica: metrics.counter(
      'pannier_replica_reads_total',
      'Reads of customers and segments that the replica answered.',
    ),
    primary: metrics.counter('pannier_replica_fallbacks_total', 'Those that the primary answered in its place.'),
  };
  const reads = createReplicaReads({
    primary: db,
    replica,
    onRead: (from) => read[from].inc(),
    onState: (state) =>
      log[state === 'unavailable' ? 'warn' : 'debug']({ replica: state }, 'the replica is used as it can be'),
  });
  metrics.gauge('pannier_replica_used', '1: the replica is read from; 0: it is behind or away.', () =>
    reads.replica() === 'ok' ? 1 : 0,
  );
  return reads;
}

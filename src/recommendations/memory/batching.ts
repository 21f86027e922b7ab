interface Batch<Id, Found> {
  ids: Set<Id>;
  found: Promise<Map<Id, Found>>;
}

/**
 * Joins the lookups of one turn of the event loop into one load; while `lanes` loads are under way, those that come meanwhile
 * wait for the next. A lookup never joins a load that has begun: what it asks for may have changed since.
 * The answer may hold more than was asked for.
 */
export function createBatching<Id, Found>(
  load: (ids: Id[]) => Promise<Map<Id, Found>>,
  lanes: number,
): (ids: Iterable<Id>) => Promise<Map<Id, Found>> {
  let gathering: Batch<Id, Found> | undefined;
  let underWay = 0;
  let startNext: (() => void) | undefined;

  function openBatch(): Batch<Id, Found> {
    const ids = new Set<Id>();
    const found = new Promise<Map<Id, Found>>((resolve, reject) => {
      const start = () => {
        gathering = undefined;
        startNext = undefined;
        underWay++;
        load([...ids])
          .then(resolve, reject)
          .finally(() => {
            underWay--;
            startNext?.();
          });
      };
      setImmediate(() => {
        if (underWay < lanes) start();
        else startNext = start;
      });
    });
    return { ids, found };
  }

  return (ids) => {
    gathering ??= openBatch();
    for (const id of ids) gathering.ids.add(id);
    return gathering.found;
  };
}

/** Runs `work` one at a time. Who asks while it runs gets the next run, which begins after they asked. */
export function createSingleFlight(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return run();
    next ??= running
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        next = undefined;
        return run();
      });
    return next;
  };
}

"""scikit-learn's K-means over points in a file: one round of Lloyd's steps for each line of stdin (`float32 2`: precision and threads), its
time in milliseconds by the clock and of the processor and the inertia to stdout. Arguments: file of doubles, dimensions, clusters,
steps; the first points are the start."""

import sys
import time

import numpy
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

path, dimensions, clusters, steps = sys.argv[1], *map(int, sys.argv[2:5])
points = numpy.fromfile(path).reshape(-1, dimensions)
print('ready', flush=True)
for line in sys.stdin:
    precision, threads = line.split()
    own = points.astype(precision)
    means = KMeans(clusters, init=own[:clusters].copy(), n_init=1, max_iter=steps, tol=0, algorithm='lloyd')
    with threadpool_limits(int(threads)):
        clock, processor = time.perf_counter(), time.process_time()
        means.fit(own)
        times = (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3
    print(*times, means.inertia_, means.n_iter_, flush=True)

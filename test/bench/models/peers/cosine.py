"""implicit's cosine neighbours of a matrix in files (offsets and indices as 32-bit words): one round for each line of stdin
(`threads neighbours`), its time in milliseconds by the clock and of the processor to stdout."""

import sys
import time

import numpy
import scipy.sparse
from implicit.nearest_neighbours import CosineRecommender

offsets, indices = (numpy.fromfile(path, dtype=numpy.uint32).astype(numpy.int32) for path in sys.argv[1:3])
values = numpy.ones(len(indices), dtype=numpy.float32)
matrix = scipy.sparse.csr_matrix((values, indices, offsets))
print('ready', flush=True)
for line in sys.stdin:
    threads, neighbours = map(int, line.split())
    # It counts an item among its own neighbours.
    model = CosineRecommender(K=neighbours + 1, num_threads=threads)
    clock, processor = time.perf_counter(), time.process_time()
    model.fit(matrix, show_progress=False)
    print((time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3, flush=True)

"""LAPACK's inverse of a symmetric positive definite matrix in single precision (spotrf, spotri, by scipy): one round for each line
of stdin (threads), its time in milliseconds by the clock and of the processor to stdout. Argument: rows of the matrix."""

import sys
import time

import numpy
from scipy.linalg import lapack
from threadpoolctl import threadpool_limits

size = int(sys.argv[1])
matrix = numpy.random.default_rng(1).random((size, size), dtype=numpy.float32) - 0.5
matrix = numpy.asfortranarray(matrix + matrix.T)
numpy.fill_diagonal(matrix, size)
print('ready', flush=True)
for line in sys.stdin:
    own = matrix.copy(order='F')
    with threadpool_limits(int(line)):
        clock, processor = time.perf_counter(), time.process_time()
        factor, _ = lapack.spotrf(own, lower=1, overwrite_a=1)
        lapack.spotri(factor, lower=1, overwrite_c=1)
        times = (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3
    print(*times, flush=True)

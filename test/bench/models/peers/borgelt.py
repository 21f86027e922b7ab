"""Borgelt's C by PyPI's pyfim: one round of an algorithm for each line of stdin, its time in milliseconds by the clock and of the
processor to stdout. `write FILE`: the itemsets as lines. Arguments: a basket file (gzip or not) and the least count."""

import gzip
import sys
import time

import fim

path, least = sys.argv[1], int(sys.argv[2])
with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as file:
    baskets = [list(map(int, line.split())) for line in file.read().splitlines()]


def mine(algorithm):
    return getattr(fim, algorithm)(baskets, target='s', supp=-least, zmin=1, report='a')


print('ready', flush=True)
for line in sys.stdin:
    command, *rest = line.split()
    if command == 'write':
        # Its eclat and fpgrowth leave out the set of one item that lies in every basket; its relim does not.
        lines = sorted(f"{' '.join(map(str, sorted(items)))}: {count}" for items, count in mine('relim'))
        with open(rest[0], 'w') as file:
            file.write('\n'.join(lines))
        print('written', flush=True)
        continue
    clock, processor = time.perf_counter(), time.process_time()
    mine(command)
    print((time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3, flush=True)

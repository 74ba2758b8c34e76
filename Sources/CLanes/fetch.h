// Asking for memory early: the processor fetches lines of its caches while it goes on.
//
// A load that misses the caches holds all that follows it up once some hundred instructions wait
// behind it. A hint waits for nothing, so many more lines are on their way at once. A hint reads
// nothing and never fails, whatever the address.
#ifndef SPARSAM_FETCH_H
#define SPARSAM_FETCH_H

/// Asks for the lines of the elements of `size` bytes at these places behind `base`.
static inline void sparsam_fetch(
    const void *base, long size, const long *places, long count) {
  for (long index = 0; index < count; index++) {
    __builtin_prefetch((const char *)base + places[index] * size);
  }
}

/// Asks for the line at `place`.
static inline void sparsam_fetch_line(const void *place) { __builtin_prefetch(place); }

#endif

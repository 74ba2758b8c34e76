// Asking for memory early: the processor fetches lines of its caches while it goes on.
//
// A load that misses the caches holds all that follows it up once some hundred instructions wait
// behind it. A hint waits for nothing, so many more lines are on their way at once. A hint reads
// nothing and never fails, whatever the address.
#ifndef SPARSAM_FETCH_H
#define SPARSAM_FETCH_H

#include <stdint.h>

/// Asks for the lines of the elements of `size` bytes at these places behind `base`.
///
/// Places may lie beyond all elements, so addresses are numbers here and not pointers.
static inline void sparsam_fetch(
    const void *base, long size, const long *places, long count) {
  for (long index = 0; index < count; index++) {
    uintptr_t place = (uintptr_t)base + (uintptr_t)places[index] * (uintptr_t)size;
    __builtin_prefetch((const void *)place);
  }
}

/// Asks for the line at `place`.
static inline void sparsam_fetch_line(const void *place) { __builtin_prefetch(place); }

#endif

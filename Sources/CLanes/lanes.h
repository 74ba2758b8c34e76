// Sixteen bytes at a time: one bit for each lane, the lowest for the first byte.
//
// Swift has vectors, but no way to gather their lanes into bits, which is what a search needs. The
// functions take and give values only. SSE2 belongs to every x86-64 processor and NEON to every
// 64-bit ARM; elsewhere the bits are gathered one by one.
#ifndef SPARSAM_LANES_H
#define SPARSAM_LANES_H

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef unsigned char sparsam_lanes __attribute__((ext_vector_type(16)));

/// Returns the highest bit of each lane.
static inline unsigned sparsam_top_bits(sparsam_lanes lanes) {
#if defined(__SSE2__)
  return (unsigned)_mm_movemask_epi8((__m128i)lanes);
#elif defined(__aarch64__)
  static const unsigned char weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t bits = vandq_u8((uint8x16_t)(lanes >= (sparsam_lanes)(128)), vld1q_u8(weights));
  bits = vpaddq_u8(bits, bits);
  bits = vpaddq_u8(bits, bits);
  bits = vpaddq_u8(bits, bits);
  return vgetq_lane_u16(vreinterpretq_u16_u8(bits), 0);
#else
  unsigned bits = 0;
  for (int lane = 0; lane < 16; lane++) bits |= (unsigned)(lanes[lane] >> 7) << lane;
  return bits;
#endif
}

/// Returns a bit for each lane that is `a`.
static inline unsigned sparsam_equal_bits(sparsam_lanes lanes, unsigned char a) {
  return sparsam_top_bits((sparsam_lanes)(lanes == (sparsam_lanes)(a)));
}

/// Returns a bit for each lane that is `a` or `b`.
static inline unsigned sparsam_either_bits(sparsam_lanes lanes, unsigned char a, unsigned char b) {
  return sparsam_top_bits(
      (sparsam_lanes)((lanes == (sparsam_lanes)(a)) | (lanes == (sparsam_lanes)(b))));
}

/// Returns a bit for each lane that is `a`, `b`, `c` or `d`.
static inline unsigned sparsam_any_bits(
    sparsam_lanes lanes, unsigned char a, unsigned char b, unsigned char c, unsigned char d) {
  return sparsam_top_bits((sparsam_lanes)(
      (lanes == (sparsam_lanes)(a)) | (lanes == (sparsam_lanes)(b))
      | (lanes == (sparsam_lanes)(c)) | (lanes == (sparsam_lanes)(d))));
}

/// Returns `counts`, each lane one more where `lanes` has the byte.
static inline sparsam_lanes sparsam_counted(
    sparsam_lanes counts, sparsam_lanes lanes, unsigned char byte) {
  // A comparison gives -1 where it holds.
  return counts - (sparsam_lanes)(lanes == (sparsam_lanes)(byte));
}

/// Returns a bit for each lane that is `first` or one of the `count - 1` bytes behind it.
static inline unsigned sparsam_range_bits(
    sparsam_lanes lanes, unsigned char first, unsigned char count) {
  return sparsam_top_bits(
      (sparsam_lanes)((lanes - (sparsam_lanes)(first)) < (sparsam_lanes)(count)));
}

#endif

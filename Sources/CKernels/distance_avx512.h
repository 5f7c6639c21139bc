// What the kernels of both AVX-512 levels share.

#ifndef CKERNELS_DISTANCE_AVX512_H
#define CKERNELS_DISTANCE_AVX512_H

#include <immintrin.h>
#include <stdint.h>

/// The lanes of four sums added up at once: each reduction alone is a chain of shuffles.
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static inline void ck_totals_512(const __m512i *sums,
                                                                                              int32_t *scores) {
    __m512i first = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[0], sums[1]), _mm512_unpackhi_epi32(sums[0], sums[1]));
    __m512i second = _mm512_add_epi32(_mm512_unpacklo_epi32(sums[2], sums[3]), _mm512_unpackhi_epi32(sums[2], sums[3]));
    __m512i both = _mm512_add_epi32(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
    __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(both), _mm512_extracti64x4_epi64(both, 1));
    __m128i total = _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    _mm_storeu_si128((__m128i *)scores, total);
}

#endif

#include "distance_tables.h"

#if defined(__x86_64__)

#include "distance_rows.h"

#include <immintrin.h>
#include <math.h>
#include <string.h>

#define TARGET static __attribute__((target("avx2,fma")))

/// Lanes below `count` (0..8) set.
TARGET inline __m256i tail_mask(size_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes);
}

TARGET inline float sum_f32(__m256 v) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

TARGET inline int32_t sum_i32(__m256i v) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1)));
}

TARGET inline __m256i widen(const int8_t *p) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p)); }

/// The last length % 16 products. Widened to 16 bits first: products of bytes, pairwise added, fit in 32.
TARGET inline int32_t tail_i8(const int8_t *a, const int8_t *b, size_t from, size_t length) {
    int32_t sum = 0;
    for (size_t i = from; i < length; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

TARGET float dot_f32(const float *a, const float *b, size_t length) {
    __m256 even = _mm256_setzero_ps(), odd = _mm256_setzero_ps();
    size_t i = 0;
    for (; i + 16 <= length; i += 16) {
        even = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), even);
        odd = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), odd);
    }
    for (; i < length; i += 8) {
        __m256i mask = tail_mask(length - i < 8 ? length - i : 8);
        even = _mm256_fmadd_ps(_mm256_maskload_ps(a + i, mask), _mm256_maskload_ps(b + i, mask), even);
    }
    return sum_f32(_mm256_add_ps(even, odd));
}

TARGET inline void four_f32(const float *q, const float *r0, const float *r1, const float *r2, const float *r3,
                            size_t length, int prepared, float *scores) {
    (void)prepared;
    const float *rows[4] = {r0, r1, r2, r3};
    __m256 even[4], odd[4];
    for (int r = 0; r < 4; r++) even[r] = odd[r] = _mm256_setzero_ps();
    size_t i = 0;
    for (; i + 16 <= length; i += 16) {
        __m256 low = _mm256_loadu_ps(q + i), high = _mm256_loadu_ps(q + i + 8);
        for (int r = 0; r < 4; r++) {
            even[r] = _mm256_fmadd_ps(low, _mm256_loadu_ps(rows[r] + i), even[r]);
            odd[r] = _mm256_fmadd_ps(high, _mm256_loadu_ps(rows[r] + i + 8), odd[r]);
        }
    }
    for (; i < length; i += 8) {
        __m256i mask = tail_mask(length - i < 8 ? length - i : 8);
        __m256 rest = _mm256_maskload_ps(q + i, mask);
        for (int r = 0; r < 4; r++) even[r] = _mm256_fmadd_ps(rest, _mm256_maskload_ps(rows[r] + i, mask), even[r]);
    }
    for (int r = 0; r < 4; r++) scores[r] = sum_f32(_mm256_add_ps(even[r], odd[r]));
}

TARGET int32_t dot_i8(const int8_t *a, const int8_t *b, size_t length) {
    __m256i even = _mm256_setzero_si256(), odd = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 32 <= length; i += 32) {
        even = _mm256_add_epi32(even, _mm256_madd_epi16(widen(a + i), widen(b + i)));
        odd = _mm256_add_epi32(odd, _mm256_madd_epi16(widen(a + i + 16), widen(b + i + 16)));
    }
    for (; i + 16 <= length; i += 16) even = _mm256_add_epi32(even, _mm256_madd_epi16(widen(a + i), widen(b + i)));
    return sum_i32(_mm256_add_epi32(even, odd)) + tail_i8(a, b, i, length);
}

TARGET inline void four_i8(const int8_t *q, const int8_t *r0, const int8_t *r1, const int8_t *r2, const int8_t *r3,
                           size_t length, int prepared, int32_t *scores) {
    (void)prepared;
    const int8_t *rows[4] = {r0, r1, r2, r3};
    __m256i sums[4];
    for (int r = 0; r < 4; r++) sums[r] = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 16 <= length; i += 16) {
        __m256i wide = widen(q + i);
        for (int r = 0; r < 4; r++)
            sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(wide, widen(rows[r] + i)));
    }
    for (int r = 0; r < 4; r++) scores[r] = sum_i32(sums[r]) + tail_i8(q, rows[r], i, length);
}

TARGET float quantise_i8(const float *values, size_t length, int8_t *codes) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    __m256 maxima = _mm256_setzero_ps();
    for (size_t i = 0; i < length; i += 8) {
        __m256 v = _mm256_maskload_ps(values + i, tail_mask(length - i < 8 ? length - i : 8));
        maxima = _mm256_max_ps(maxima, _mm256_andnot_ps(sign, v));
    }
    float lanes[8], max = 0;
    _mm256_storeu_ps(lanes, maxima);
    for (int lane = 0; lane < 8; lane++) max = lanes[lane] > max ? lanes[lane] : max;
    float inverse = max > 0 ? 127.0f / max : 0;
    if (!(inverse < INFINITY) || inverse == 0) {
        for (size_t i = 0; i < length; i++) codes[i] = 0;
        return 0;
    }
    for (size_t i = 0; i < length; i += 8) {
        size_t count = length - i < 8 ? length - i : 8;
        __m256 v = _mm256_mul_ps(_mm256_maskload_ps(values + i, tail_mask(count)), _mm256_set1_ps(inverse));
        int32_t rounded[8];
        _mm256_storeu_si256((__m256i *)rounded, _mm256_cvtps_epi32(v));
        for (size_t lane = 0; lane < count; lane++) codes[i + lane] = (int8_t)rounded[lane];
    }
    return max / 127.0f;
}

TARGET inline float one_f32(const float *query, const float *row, size_t length, int prepared) {
    (void)prepared;
    return dot_f32(query, row, length);
}

TARGET inline int32_t one_i8(const int8_t *query, const int8_t *row, size_t length, int prepared) {
    (void)prepared;
    return dot_i8(query, row, length);
}

TARGET inline __m256i load_i8(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }

/// Adds products in pairs of 16 bits, which they fit in.
TARGET inline __m256i add_pairs(__m256i sum, __m256i pairs) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

/// Adds the products of 32 bytes of halves. A pair of products is at most 2 × 15 × 128.
TARGET inline __m256i step_u4(__m256i sum, const uint8_t *row, const int8_t *query, size_t i) {
    const __m256i mask = _mm256_set1_epi8(0x0F);
    const int8_t *at = query + (i & ~(size_t)63) + i;
    __m256i both = load_i8(row);
    __m256i low = _mm256_maddubs_epi16(_mm256_and_si256(both, mask), load_i8(at));
    __m256i high = _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(both, 4), mask), load_i8(at + 64));
    return add_pairs(sum, _mm256_add_epi16(low, high));
}

/// Adds the elements of 4 bytes of bits.
TARGET inline __m256i step_u1(__m256i sum, const uint8_t *row, const int8_t *query, size_t i) {
    int32_t bits;
    memcpy(&bits, row, sizeof bits);
    // Each lane gets the byte that its bit is in, then keeps its bit.
    const __m256i byte_of_lane = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit_of_lane = _mm256_set1_epi64x((long long)0x8040201008040201);
    __m256i spread = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), byte_of_lane);
    __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit_of_lane), bit_of_lane);
    return add_pairs(sum, _mm256_maddubs_epi16(_mm256_set1_epi8(1), _mm256_and_si256(load_i8(query + 8 * i), set)));
}

TARGET inline void totals(const __m256i *sums, int32_t *scores) {
    for (int r = 0; r < 4; r++) scores[r] = sum_i32(sums[r]);
}

CK_PACKED(u4, TARGET, __m256i, _mm256_setzero_si256(), 32, step_u4, sum_i32, totals)
CK_PACKED(u1, TARGET, __m256i, _mm256_setzero_si256(), 4, step_u1, sum_i32, totals)

CK_ROWS(dot_f32_rows, TARGET, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_SLOTS(dot_f32_slots, TARGET, CK_AHEAD_F32, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_ROWS(dot_i8_rows, TARGET, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_SLOTS(dot_i8_slots, TARGET, CK_AHEAD_CODES, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_ROWS(dot_u4_rows, TARGET, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(dot_u4_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(sum_u1_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u1, four_u1)

const ck_distance_kernels ck_distance_avx2 = {
    CK_LEVEL_AVX2, dot_f32, dot_i8, dot_f32_rows, dot_i8_rows, dot_f32_slots, dot_i8_slots,
    dot_u4_rows,   dot_u4_slots, sum_u1_slots, quantise_i8,
};

#endif

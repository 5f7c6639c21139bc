#include "distance_tables.h"

#if defined(__x86_64__)

#include "distance_avx512.h"
#include "distance_rows.h"

#include <immintrin.h>
#include <math.h>
#include <string.h>

#define SHARED __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define TARGET static SHARED

TARGET inline __mmask16 tail_16(size_t count) { return (__mmask16)((1u << count) - 1u); }
TARGET inline __mmask32 tail_32(size_t count) { return (__mmask32)((1ull << count) - 1ull); }

SHARED float ck_avx512_dot_f32(const float *a, const float *b, size_t length) {
    __m512 even = _mm512_setzero_ps(), odd = _mm512_setzero_ps();
    size_t i = 0;
    for (; i + 32 <= length; i += 32) {
        even = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), even);
        odd = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), odd);
    }
    for (; i < length; i += 16) {
        __mmask16 mask = length - i < 16 ? tail_16(length - i) : 0xFFFF;
        even = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), even);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(even, odd));
}

TARGET inline void four_f32(const float *q, const float *r0, const float *r1, const float *r2, const float *r3,
                            size_t length, int prepared, float *scores) {
    (void)prepared;
    const float *rows[4] = {r0, r1, r2, r3};
    __m512 even[4], odd[4];
    for (int r = 0; r < 4; r++) even[r] = odd[r] = _mm512_setzero_ps();
    size_t i = 0;
    for (; i + 32 <= length; i += 32) {
        __m512 low = _mm512_loadu_ps(q + i), high = _mm512_loadu_ps(q + i + 16);
        for (int r = 0; r < 4; r++) {
            even[r] = _mm512_fmadd_ps(low, _mm512_loadu_ps(rows[r] + i), even[r]);
            odd[r] = _mm512_fmadd_ps(high, _mm512_loadu_ps(rows[r] + i + 16), odd[r]);
        }
    }
    for (; i < length; i += 16) {
        __mmask16 mask = length - i < 16 ? tail_16(length - i) : 0xFFFF;
        __m512 rest = _mm512_maskz_loadu_ps(mask, q + i);
        for (int r = 0; r < 4; r++)
            even[r] = _mm512_fmadd_ps(rest, _mm512_maskz_loadu_ps(mask, rows[r] + i), even[r]);
    }
    for (int r = 0; r < 4; r++) scores[r] = _mm512_reduce_add_ps(_mm512_add_ps(even[r], odd[r]));
}

/// 32 bytes from `p` as 16-bit numbers; zeros past the end.
TARGET inline __m512i widen(const int8_t *p, __mmask32 mask) {
    return _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, p));
}

TARGET inline __mmask32 rest_of_32(size_t rest) { return rest < 32 ? tail_32(rest) : 0xFFFFFFFF; }

TARGET int32_t dot_i8(const int8_t *a, const int8_t *b, size_t length) {
    __m512i sum = _mm512_setzero_si512();
    for (size_t i = 0; i < length; i += 32) {
        __mmask32 mask = rest_of_32(length - i);
        sum = _mm512_add_epi32(sum, _mm512_madd_epi16(widen(a + i, mask), widen(b + i, mask)));
    }
    return _mm512_reduce_add_epi32(sum);
}

TARGET inline void four_i8(const int8_t *q, const int8_t *r0, const int8_t *r1, const int8_t *r2, const int8_t *r3,
                           size_t length, int prepared, int32_t *scores) {
    (void)prepared;
    const int8_t *rows[4] = {r0, r1, r2, r3};
    __m512i sums[4];
    for (int r = 0; r < 4; r++) sums[r] = _mm512_setzero_si512();
    for (size_t i = 0; i < length; i += 32) {
        __mmask32 mask = rest_of_32(length - i);
        __m512i wide = widen(q + i, mask);
        for (int r = 0; r < 4; r++)
            sums[r] = _mm512_add_epi32(sums[r], _mm512_madd_epi16(wide, widen(rows[r] + i, mask)));
    }
    for (int r = 0; r < 4; r++) scores[r] = _mm512_reduce_add_epi32(sums[r]);
}

SHARED float ck_avx512_quantise_i8(const float *values, size_t length, int8_t *codes) {
    __m512 maxima = _mm512_setzero_ps();
    for (size_t i = 0; i < length; i += 16) {
        __mmask16 mask = length - i < 16 ? tail_16(length - i) : 0xFFFF;
        maxima = _mm512_max_ps(maxima, _mm512_abs_ps(_mm512_maskz_loadu_ps(mask, values + i)));
    }
    float max = _mm512_reduce_max_ps(maxima);
    float inverse = max > 0 ? 127.0f / max : 0;
    int isZero = !(inverse < INFINITY) || inverse == 0;
    __m512 factor = _mm512_set1_ps(isZero ? 0 : inverse);
    for (size_t i = 0; i < length; i += 16) {
        __mmask16 mask = length - i < 16 ? tail_16(length - i) : 0xFFFF;
        __m512i rounded = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_maskz_loadu_ps(mask, values + i), factor));
        _mm512_mask_cvtsepi32_storeu_epi8(codes + i, mask, rounded);
    }
    return isZero ? 0 : max / 127.0f;
}

TARGET inline float one_f32(const float *query, const float *row, size_t length, int prepared) {
    (void)prepared;
    return ck_avx512_dot_f32(query, row, length);
}

TARGET inline int32_t one_i8(const int8_t *query, const int8_t *row, size_t length, int prepared) {
    (void)prepared;
    return dot_i8(query, row, length);
}

/// Adds products in pairs of 16 bits, which they fit in.
TARGET inline __m512i add_pairs(__m512i sum, __m512i pairs) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
}

/// Adds the products of 64 bytes of halves. A pair of products is at most 2 × 15 × 128.
TARGET inline __m512i step_u4(__m512i sum, const uint8_t *row, const int8_t *query, size_t i) {
    const __m512i mask = _mm512_set1_epi8(0x0F);
    __m512i both = _mm512_loadu_si512(row);
    __m512i low = _mm512_maddubs_epi16(_mm512_and_si512(both, mask), _mm512_loadu_si512(query + 2 * i));
    __m512i high = _mm512_maddubs_epi16(_mm512_and_si512(_mm512_srli_epi16(both, 4), mask),
                                        _mm512_loadu_si512(query + 2 * i + 64));
    return add_pairs(sum, _mm512_add_epi16(low, high));
}

/// Adds the elements of 8 bytes of bits.
TARGET inline __m512i step_u1(__m512i sum, const uint8_t *row, const int8_t *query, size_t i) {
    uint64_t bits;
    memcpy(&bits, row, sizeof bits);
    __m512i ones = _mm512_maskz_set1_epi8(_cvtu64_mask64(bits), 1);
    return add_pairs(sum, _mm512_maddubs_epi16(ones, _mm512_loadu_si512(query + 8 * i)));
}

CK_PACKED(u4, TARGET, __m512i, _mm512_setzero_si512(), 64, step_u4, _mm512_reduce_add_epi32, ck_totals_512)
CK_PACKED(u1, TARGET, __m512i, _mm512_setzero_si512(), 8, step_u1, _mm512_reduce_add_epi32, ck_totals_512)

CK_ROWS(ck_avx512_dot_f32_rows, SHARED, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_SLOTS(ck_avx512_dot_f32_slots, SHARED, CK_AHEAD_F32, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_ROWS(dot_i8_rows, TARGET, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_SLOTS(dot_i8_slots, TARGET, CK_AHEAD_CODES, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_ROWS(dot_u4_rows, TARGET, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(dot_u4_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(sum_u1_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u1, four_u1)

const ck_distance_kernels ck_distance_avx512 = {
    CK_LEVEL_AVX512,         ck_avx512_dot_f32, dot_i8, ck_avx512_dot_f32_rows, dot_i8_rows,
    ck_avx512_dot_f32_slots, dot_i8_slots,      dot_u4_rows,
    dot_u4_slots,            sum_u1_slots,      ck_avx512_quantise_i8,
};

#endif

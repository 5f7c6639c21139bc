#include "distance_tables.h"

#if defined(__x86_64__)

#include "distance_avx512.h"
#include "distance_rows.h"

#include <immintrin.h>
#include <string.h>

// vpdpbusd multiplies unsigned by signed bytes. A row's byte with its top bit flipped is row + 128, so
// Σ (row + 128) × query = row · query + 128 × Σ query, and the second term is the same for every row.
// 4 × 255 × 128 a step and lane cannot leave int32 within CK_DIMENSION_MAX elements.

#define TARGET static __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

TARGET inline __mmask64 rest_of_64(size_t rest) { return rest < 64 ? (1ull << rest) - 1ull : ~0ull; }

/// 128 × Σ query.
TARGET inline int32_t offset(const int8_t *query, size_t length) {
    __m512i sum = _mm512_setzero_si512();
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    for (size_t i = 0; i < length; i += 64)
        sum = _mm512_dpbusd_epi32(sum, flip, _mm512_maskz_loadu_epi8(rest_of_64(length - i), query + i));
    return _mm512_reduce_add_epi32(sum);
}

TARGET inline int32_t one_i8(const int8_t *query, const int8_t *row, size_t length, int32_t prepared) {
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i sum = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 64 <= length; i += 64)
        sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(_mm512_loadu_si512(row + i), flip),
                                  _mm512_loadu_si512(query + i));
    if (i < length) {
        __mmask64 mask = rest_of_64(length - i);
        sum = _mm512_dpbusd_epi32(sum, _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, row + i), flip),
                                  _mm512_maskz_loadu_epi8(mask, query + i));
    }
    return _mm512_reduce_add_epi32(sum) - prepared;
}

TARGET inline void four_i8(const int8_t *q, const int8_t *r0, const int8_t *r1, const int8_t *r2, const int8_t *r3,
                           size_t length, int32_t prepared, int32_t *scores) {
    const int8_t *rows[4] = {r0, r1, r2, r3};
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i sums[4];
    for (int r = 0; r < 4; r++) sums[r] = _mm512_setzero_si512();
    size_t i = 0;
    for (; i + 64 <= length; i += 64) {
        __m512i part = _mm512_loadu_si512(q + i);
        for (int r = 0; r < 4; r++)
            sums[r] = _mm512_dpbusd_epi32(sums[r], _mm512_xor_si512(_mm512_loadu_si512(rows[r] + i), flip), part);
    }
    if (i < length) {
        __mmask64 mask = rest_of_64(length - i);
        __m512i part = _mm512_maskz_loadu_epi8(mask, q + i);
        for (int r = 0; r < 4; r++)
            sums[r] = _mm512_dpbusd_epi32(
                sums[r], _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, rows[r] + i), flip), part);
    }
    for (int r = 0; r < 4; r++) scores[r] = _mm512_reduce_add_epi32(sums[r]) - prepared;
}

TARGET int32_t dot_i8(const int8_t *a, const int8_t *b, size_t length) {
    return one_i8(a, b, length, offset(a, length));
}

/// Adds the products of 64 bytes of halves.
TARGET inline __m512i step_u4(__m512i sum, const uint8_t *row, const int8_t *query, size_t i) {
    const __m512i mask = _mm512_set1_epi8(0x0F);
    __m512i both = _mm512_loadu_si512(row);
    sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(both, mask), _mm512_loadu_si512(query + 2 * i));
    return _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16(both, 4), mask),
                               _mm512_loadu_si512(query + 2 * i + 64));
}

/// Adds the elements of 8 bytes of bits.
TARGET inline __m512i step_u1(__m512i sum, const uint8_t *row, const int8_t *query, size_t i) {
    uint64_t bits;
    memcpy(&bits, row, sizeof bits);
    __m512i ones = _mm512_maskz_set1_epi8(_cvtu64_mask64(bits), 1);
    return _mm512_dpbusd_epi32(sum, ones, _mm512_loadu_si512(query + 8 * i));
}

CK_PACKED(u4, TARGET, __m512i, _mm512_setzero_si512(), 64, step_u4, _mm512_reduce_add_epi32, ck_totals_512)
CK_PACKED(u1, TARGET, __m512i, _mm512_setzero_si512(), 8, step_u1, _mm512_reduce_add_epi32, ck_totals_512)

CK_ROWS(dot_i8_rows, TARGET, int8_t, int8_t, int32_t, int32_t, offset, one_i8, four_i8)
CK_SLOTS(dot_i8_slots, TARGET, CK_AHEAD_CODES, int8_t, int8_t, int32_t, int32_t, offset, one_i8, four_i8)
CK_ROWS(dot_u4_rows, TARGET, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(dot_u4_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(sum_u1_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u1, four_u1)

const ck_distance_kernels ck_distance_avx512_vnni = {
    CK_LEVEL_AVX512_VNNI,    ck_avx512_dot_f32, dot_i8, ck_avx512_dot_f32_rows, dot_i8_rows,
    ck_avx512_dot_f32_slots, dot_i8_slots,      dot_u4_rows,
    dot_u4_slots,            sum_u1_slots,      ck_avx512_quantise_i8,
};

#endif

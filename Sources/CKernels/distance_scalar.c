#include "distance_rows.h"
#include "distance_tables.h"

#include <math.h>

static float dot_f32(const float *a, const float *b, size_t length) {
    // Four sums let the additions overlap.
    float sums[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < length; i++) sums[i & 3] += a[i] * b[i];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t length) {
    int32_t sum = 0;
    for (size_t i = 0; i < length; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

static float quantise_i8(const float *values, size_t length, int8_t *codes) {
    float max = 0;
    for (size_t i = 0; i < length; i++) max = fmaxf(max, fabsf(values[i]));
    float inverse = max > 0 ? 127.0f / max : 0;
    // The inverse of a denormal is infinite: such a vector is zero for our purpose.
    if (!(inverse < INFINITY) || inverse == 0) {
        for (size_t i = 0; i < length; i++) codes[i] = 0;
        return 0;
    }
    for (size_t i = 0; i < length; i++) codes[i] = (int8_t)lrintf(values[i] * inverse);
    return max / 127.0f;
}

static inline float one_f32(const float *query, const float *row, size_t length, int prepared) {
    (void)prepared;
    return dot_f32(query, row, length);
}

static inline void four_f32(const float *query, const float *r0, const float *r1, const float *r2, const float *r3,
                            size_t length, int prepared, float *scores) {
    (void)prepared;
    scores[0] = dot_f32(query, r0, length);
    scores[1] = dot_f32(query, r1, length);
    scores[2] = dot_f32(query, r2, length);
    scores[3] = dot_f32(query, r3, length);
}

static inline int32_t one_i8(const int8_t *query, const int8_t *row, size_t length, int prepared) {
    (void)prepared;
    return dot_i8(query, row, length);
}

static inline void four_i8(const int8_t *query, const int8_t *r0, const int8_t *r1, const int8_t *r2, const int8_t *r3,
                           size_t length, int prepared, int32_t *scores) {
    (void)prepared;
    scores[0] = dot_i8(query, r0, length);
    scores[1] = dot_i8(query, r1, length);
    scores[2] = dot_i8(query, r2, length);
    scores[3] = dot_i8(query, r3, length);
}

static inline int32_t step_u4(int32_t sum, const uint8_t *row, const int8_t *query, size_t i) {
    const int8_t *at = query + (i & ~(size_t)63) + i;
    return sum + (*row & 0x0F) * at[0] + (*row >> 4) * at[64];
}

static inline int32_t step_u1(int32_t sum, const uint8_t *row, const int8_t *query, size_t i) {
    for (size_t bit = 0; bit < 8; bit++) sum += (*row >> bit & 1) ? query[8 * i + bit] : 0;
    return sum;
}

static inline int32_t total(int32_t sum) { return sum; }

static inline void totals(const int32_t *sums, int32_t *scores) {
    for (int r = 0; r < 4; r++) scores[r] = sums[r];
}

CK_PACKED(u4, static, int32_t, 0, 1, step_u4, total, totals)
CK_PACKED(u1, static, int32_t, 0, 1, step_u1, total, totals)

CK_ROWS(dot_f32_rows, static, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_SLOTS(dot_f32_slots, static, CK_AHEAD_F32, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_ROWS(dot_i8_rows, static, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_SLOTS(dot_i8_slots, static, CK_AHEAD_CODES, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_ROWS(dot_u4_rows, static, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(dot_u4_slots, static, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(sum_u1_slots, static, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u1, four_u1)

const ck_distance_kernels ck_distance_scalar = {
    CK_LEVEL_SCALAR, dot_f32, dot_i8, dot_f32_rows, dot_i8_rows, dot_f32_slots, dot_i8_slots,
    dot_u4_rows,     dot_u4_slots, sum_u1_slots, quantise_i8,
};

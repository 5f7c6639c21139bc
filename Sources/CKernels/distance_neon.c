#include "distance_tables.h"

#if defined(__aarch64__)

#include "distance_rows.h"

#include <arm_neon.h>
#include <math.h>
#include <string.h>

#define TARGET static

static float dot_f32(const float *a, const float *b, size_t length) {
    float32x4_t even = vdupq_n_f32(0), odd = vdupq_n_f32(0);
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        even = vfmaq_f32(even, vld1q_f32(a + i), vld1q_f32(b + i));
        odd = vfmaq_f32(odd, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
    }
    float sum = vaddvq_f32(vaddq_f32(even, odd));
    for (; i < length; i++) sum = fmaf(a[i], b[i], sum);
    return sum;
}

static inline void four_f32(const float *q, const float *r0, const float *r1, const float *r2, const float *r3,
                            size_t length, int prepared, float *scores) {
    (void)prepared;
    const float *rows[4] = {r0, r1, r2, r3};
    float32x4_t even[4], odd[4];
    for (int r = 0; r < 4; r++) even[r] = odd[r] = vdupq_n_f32(0);
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        float32x4_t low = vld1q_f32(q + i), high = vld1q_f32(q + i + 4);
        for (int r = 0; r < 4; r++) {
            even[r] = vfmaq_f32(even[r], low, vld1q_f32(rows[r] + i));
            odd[r] = vfmaq_f32(odd[r], high, vld1q_f32(rows[r] + i + 4));
        }
    }
    for (int r = 0; r < 4; r++) {
        float sum = vaddvq_f32(vaddq_f32(even[r], odd[r]));
        for (size_t rest = i; rest < length; rest++) sum = fmaf(q[rest], rows[r][rest], sum);
        scores[r] = sum;
    }
}

// Products of bytes fit in 16 bits; they are added in pairs into 32.

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t length) {
    int32x4_t even = vdupq_n_s32(0), odd = vdupq_n_s32(0);
    size_t i = 0;
    for (; i + 16 <= length; i += 16) {
        int8x16_t x = vld1q_s8(a + i), y = vld1q_s8(b + i);
        even = vpadalq_s16(even, vmull_s8(vget_low_s8(x), vget_low_s8(y)));
        odd = vpadalq_s16(odd, vmull_high_s8(x, y));
    }
    int32_t sum = vaddvq_s32(vaddq_s32(even, odd));
    for (; i < length; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

static inline void four_i8(const int8_t *q, const int8_t *r0, const int8_t *r1, const int8_t *r2, const int8_t *r3,
                           size_t length, int prepared, int32_t *scores) {
    (void)prepared;
    const int8_t *rows[4] = {r0, r1, r2, r3};
    int32x4_t even[4], odd[4];
    for (int r = 0; r < 4; r++) even[r] = odd[r] = vdupq_n_s32(0);
    size_t i = 0;
    for (; i + 16 <= length; i += 16) {
        int8x16_t part = vld1q_s8(q + i);
        for (int r = 0; r < 4; r++) {
            int8x16_t row = vld1q_s8(rows[r] + i);
            even[r] = vpadalq_s16(even[r], vmull_s8(vget_low_s8(part), vget_low_s8(row)));
            odd[r] = vpadalq_s16(odd[r], vmull_high_s8(part, row));
        }
    }
    for (int r = 0; r < 4; r++) {
        int32_t sum = vaddvq_s32(vaddq_s32(even[r], odd[r]));
        for (size_t rest = i; rest < length; rest++) sum += (int32_t)q[rest] * (int32_t)rows[r][rest];
        scores[r] = sum;
    }
}

static float quantise_i8(const float *values, size_t length, int8_t *codes) {
    float32x4_t maxima = vdupq_n_f32(0);
    size_t i = 0;
    for (; i + 4 <= length; i += 4) maxima = vmaxq_f32(maxima, vabsq_f32(vld1q_f32(values + i)));
    float max = vmaxvq_f32(maxima);
    for (; i < length; i++) max = fmaxf(max, fabsf(values[i]));
    float inverse = max > 0 ? 127.0f / max : 0;
    if (!(inverse < INFINITY) || inverse == 0) {
        for (i = 0; i < length; i++) codes[i] = 0;
        return 0;
    }
    for (i = 0; i + 4 <= length; i += 4) {
        int32_t rounded[4];
        vst1q_s32(rounded, vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(values + i), inverse)));
        for (int lane = 0; lane < 4; lane++) codes[i + lane] = (int8_t)rounded[lane];
    }
    for (; i < length; i++) codes[i] = (int8_t)lrintf(values[i] * inverse);
    return max / 127.0f;
}

static inline float one_f32(const float *query, const float *row, size_t length, int prepared) {
    (void)prepared;
    return dot_f32(query, row, length);
}

static inline int32_t one_i8(const int8_t *query, const int8_t *row, size_t length, int prepared) {
    (void)prepared;
    return dot_i8(query, row, length);
}

/// Adds the products of 16 bytes of halves. Four products of at most 15 × 128 fit in 16 bits.
static inline int32x4_t step_u4(int32x4_t sum, const uint8_t *row, const int8_t *query, size_t i) {
    const int8_t *at = query + (i & ~(size_t)63) + i;
    uint8x16_t both = vld1q_u8(row);
    int8x16_t low = vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(0x0F))), low_query = vld1q_s8(at);
    int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(both, 4)), high_query = vld1q_s8(at + 64);
    int16x8_t products = vmull_s8(vget_low_s8(low), vget_low_s8(low_query));
    products = vmlal_high_s8(products, low, low_query);
    products = vmlal_s8(products, vget_low_s8(high), vget_low_s8(high_query));
    return vpadalq_s16(sum, vmlal_high_s8(products, high, high_query));
}

/// Adds the elements of 2 bytes of bits.
static inline int32x4_t step_u1(int32x4_t sum, const uint8_t *row, const int8_t *query, size_t i) {
    static const uint8_t bit_of_lane[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t spread = vcombine_u8(vdup_n_u8(row[0]), vdup_n_u8(row[1]));
    int8x16_t set = vreinterpretq_s8_u8(vtstq_u8(spread, vld1q_u8(bit_of_lane)));
    return vpadalq_s16(sum, vpaddlq_s8(vandq_s8(vld1q_s8(query + 8 * i), set)));
}

static inline void totals(const int32x4_t *sums, int32_t *scores) {
    for (int r = 0; r < 4; r++) scores[r] = vaddvq_s32(sums[r]);
}

CK_PACKED(u4, static, int32x4_t, vdupq_n_s32(0), 16, step_u4, vaddvq_s32, totals)
CK_PACKED(u1, static, int32x4_t, vdupq_n_s32(0), 2, step_u1, vaddvq_s32, totals)

CK_ROWS(dot_f32_rows, TARGET, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_SLOTS(dot_f32_slots, TARGET, CK_AHEAD_F32, float, float, float, int, ck_nothing, one_f32, four_f32)
CK_ROWS(dot_i8_rows, TARGET, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_SLOTS(dot_i8_slots, TARGET, CK_AHEAD_CODES, int8_t, int8_t, int32_t, int, ck_nothing, one_i8, four_i8)
CK_ROWS(dot_u4_rows, TARGET, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(dot_u4_slots, TARGET, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u4, four_u4)
CK_SLOTS(sum_u1_slots, static, CK_AHEAD_CODES, int8_t, uint8_t, int32_t, int, ck_nothing, one_u1, four_u1)

const ck_distance_kernels ck_distance_neon = {
    CK_LEVEL_NEON, dot_f32, dot_i8, dot_f32_rows, dot_i8_rows, dot_f32_slots, dot_i8_slots,
    dot_u4_rows,   dot_u4_slots, sum_u1_slots, quantise_i8,
};

#endif

#include "distance_levels.h"

#if defined(__aarch64__)
#include <arm_neon.h>

static inline float dot_f32_neon(const float *a, const float *b, size_t count) {
    float32x4_t s0 = vdupq_n_f32(0), s1 = s0;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        s0 = vfmaq_f32(s0, vld1q_f32(a + i), vld1q_f32(b + i));
        s1 = vfmaq_f32(s1, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
    }
    float sum = vaddvq_f32(vaddq_f32(s0, s1));
    for (; i < count; i++) sum += a[i] * b[i];
    return sum;
}

static inline int32_t dot_i8_neon(const int8_t *a, const int8_t *b, size_t count) {
    int32x4_t sums = vdupq_n_s32(0);
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        int8x16_t x = vld1q_s8(a + i), y = vld1q_s8(b + i);
        sums = vpadalq_s16(sums, vmull_s8(vget_low_s8(x), vget_low_s8(y)));
        sums = vpadalq_s16(sums, vmull_high_s8(x, y));
    }
    int32_t sum = vaddvq_s32(sums);
    for (; i < count; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

CK_DEFINE_DOTS(neon, )

static const ck_distance_kernels kernels = {
    CK_LEVEL_NEON, dot_f32_neon, dot_i8_neon, dots_f32_neon, dots_i8_neon,
};

const ck_distance_kernels *ck_distance_neon(void) { return &kernels; }
#else
const ck_distance_kernels *ck_distance_neon(void) { return NULL; }
#endif

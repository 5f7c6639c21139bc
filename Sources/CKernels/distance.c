#include "include/distance.h"
#include "distance_levels.h"

static float dot_f32_scalar(const float *a, const float *b, size_t count) {
    float sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (size_t j = 0; j < 8; j++) sums[j] += a[i + j] * b[i + j];
    float sum = 0;
    for (size_t j = 0; j < 8; j++) sum += sums[j];
    for (; i < count; i++) sum += a[i] * b[i];
    return sum;
}

static int32_t dot_i8_scalar(const int8_t *a, const int8_t *b, size_t count) {
    int32_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int32_t)a[i] * (int32_t)b[i];
    return sum;
}

CK_DEFINE_DOTS(scalar, )

static const ck_distance_kernels scalar_kernels = {
    CK_LEVEL_SCALAR, dot_f32_scalar, dot_i8_scalar, dots_f32_scalar, dots_i8_scalar,
};

const ck_distance_kernels *ck_distance_kernels_for(ck_level level) {
    if (!ck_level_supported(level)) return NULL;
    switch (level) {
    case CK_LEVEL_SCALAR: return &scalar_kernels;
    case CK_LEVEL_NEON: return ck_distance_neon();
    case CK_LEVEL_AVX2: return ck_distance_avx2();
    case CK_LEVEL_AVX512: return ck_distance_avx512();
    case CK_LEVEL_AVX512_VNNI: return ck_distance_avx512_vnni();
    default: return NULL;
    }
}

const ck_distance_kernels *ck_distance_kernels_best(void) {
    const ck_distance_kernels *best = ck_distance_kernels_for(ck_level_detect());
    return best ? best : &scalar_kernels;
}

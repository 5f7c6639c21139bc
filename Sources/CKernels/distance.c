#include "distance_tables.h"

#include <math.h>

const ck_distance_kernels *ck_distance_kernels_for(ck_level level) {
    switch (level) {
#if defined(__x86_64__)
    case CK_LEVEL_AVX2: return &ck_distance_avx2;
    case CK_LEVEL_AVX512: return &ck_distance_avx512;
    case CK_LEVEL_AVX512_VNNI: return &ck_distance_avx512_vnni;
#endif
#if defined(__aarch64__)
    case CK_LEVEL_NEON: return &ck_distance_neon;
#endif
    default: return &ck_distance_scalar;
    }
}

double ck_quantisation_error(const float *values, const int8_t *codes, float scale, size_t length) {
    double sums[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < length; i++) {
        double lost = (double)values[i] - (double)scale * (double)codes[i];
        sums[i & 3] += lost * lost;
    }
    return sqrt((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void ck_quantise_i8_at(const float *values, size_t length, float scale, int8_t *codes) {
    // Adding and taking away 1.5 × 2^23 rounds to whole numbers, ties to even, without a call.
    const float whole = 12582912.0f;
    const float factor = 1.0f / scale;
    for (size_t i = 0; i < length; i++) {
        float value = values[i] * factor;
        value = value > 127.0f ? 127.0f : value < -127.0f ? -127.0f : value;
        codes[i] = (int8_t)(int32_t)((value + whole) - whole);
    }
}

void ck_part_codes(const int8_t *codes, size_t count, uint8_t *upper, uint8_t *lower) {
    for (size_t chunk = 0; chunk < count; chunk += 128) {
        for (size_t i = 0; i < 64; i++) {
            uint8_t low = (uint8_t)(codes[chunk + i] + 128), high = (uint8_t)(codes[chunk + 64 + i] + 128);
            upper[chunk / 2 + i] = (uint8_t)((low >> 4) | (high & 0xF0));
            lower[chunk / 2 + i] = (uint8_t)((low & 0x0F) | (high << 4));
        }
    }
}

void ck_sign_bits(const int8_t *codes, size_t count, uint8_t *bits, size_t bytes) {
    for (size_t byte = 0; byte < bytes; byte++) {
        uint8_t set = 0;
        for (size_t bit = 0; bit < 8 && 8 * byte + bit < count; bit++) set |= (uint8_t)((codes[8 * byte + bit] > 0) << bit);
        bits[byte] = set;
    }
}

#include "include/matrix.h"

#include <math.h>

extern const ck_matrix_kernels ck_matrix_scalar;
#if defined(__x86_64__)
extern const ck_matrix_kernels ck_matrix_avx2, ck_matrix_avx512, ck_matrix_avx512_vnni;
#elif defined(__aarch64__)
extern const ck_matrix_kernels ck_matrix_neon;
#endif

const ck_matrix_kernels *ck_matrix_kernels_for(ck_level level) {
    switch (level) {
    case CK_LEVEL_SCALAR: return &ck_matrix_scalar;
#if defined(__x86_64__)
    case CK_LEVEL_AVX2: return &ck_matrix_avx2;
    case CK_LEVEL_AVX512: return &ck_matrix_avx512;
    case CK_LEVEL_AVX512_VNNI: return &ck_matrix_avx512_vnni;
#elif defined(__aarch64__)
    case CK_LEVEL_NEON: return &ck_matrix_neon;
#endif
    default: return 0;
    }
}

size_t ck_attention_scratch_bytes(int rows) {
    size_t padded = ((size_t)rows + CK_PANEL_COLUMNS - 1) / CK_PANEL_COLUMNS * CK_PANEL_COLUMNS;
    // Keys and values, queries and steps of every kernel, the tile of scores and its weights, each part rounded up to 64.
    return padded * CK_HEAD_WIDTH * (2 * sizeof(float) + sizeof(int16_t)) + padded * 2 * sizeof(float) +
           padded * 14 * (sizeof(float) + sizeof(int16_t)) + 16 * 64;
}

void ck_embed(const int32_t *ids, int rows, int columns, const float *words, const float *positions, const float *kind,
              float *out) {
    for (int r = 0; r < rows; r++) {
        const float *word = words + (size_t)ids[r] * (size_t)columns, *position = positions + (size_t)r * (size_t)columns;
        for (int c = 0; c < columns; c++) out[(size_t)r * (size_t)columns + c] = word[c] + position[c] + kind[c];
    }
}

void ck_mean_unit(const float *x, size_t stride, int rows, int columns, float *out) {
    for (int c = 0; c < columns; c++) out[c] = 0;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) out[c] += x[(size_t)r * stride + c];
    double squares = 0;
    for (int c = 0; c < columns; c++) squares += (double)out[c] * out[c];
    if (squares == 0) return;
    float scale = (float)(1.0 / sqrt(squares));
    for (int c = 0; c < columns; c++) out[c] *= scale;
}

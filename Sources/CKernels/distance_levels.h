#ifndef CKERNELS_DISTANCE_LEVELS_H
#define CKERNELS_DISTANCE_LEVELS_H

#include "include/distance.h"

/// The tables of the levels; NULL on machines of another family.
const ck_distance_kernels *ck_distance_neon(void);
const ck_distance_kernels *ck_distance_avx2(void);
const ck_distance_kernels *ck_distance_avx512(void);
const ck_distance_kernels *ck_distance_avx512_vnni(void);

/// Defines the functions over many rows for a level: the same loop, in which the level's own dot product is inlined.
/// The row after the next is fetched early, because rows are as long as several cache lines.
#define CK_DEFINE_DOTS(level, attributes)                                                                              \
    attributes static void dots_f32_##level(const float *query, const float *matrix, size_t rows, size_t count,        \
                                            float *scores) {                                                           \
        for (size_t row = 0; row < rows; row++) {                                                                      \
            __builtin_prefetch(matrix + (row + 2) * count);                                                            \
            scores[row] = dot_f32_##level(query, matrix + row * count, count);                                         \
        }                                                                                                              \
    }                                                                                                                  \
    attributes static void dots_i8_##level(const int8_t *query, const int8_t *matrix, size_t rows, size_t count,       \
                                           int32_t *scores) {                                                          \
        for (size_t row = 0; row < rows; row++) {                                                                      \
            __builtin_prefetch(matrix + (row + 2) * count);                                                            \
            scores[row] = dot_i8_##level(query, matrix + row * count, count);                                          \
        }                                                                                                              \
    }

#endif

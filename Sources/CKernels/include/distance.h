#ifndef CKERNELS_DISTANCE_H
#define CKERNELS_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

/// Inner products for one instruction set. Lengths are in elements and may be any; pointers need no alignment.
typedef struct {
    ck_level level;
    float (*dot_f32)(const float *a, const float *b, size_t count);
    /// Exact for counts up to 131,072.
    int32_t (*dot_i8)(const int8_t *a, const int8_t *b, size_t count);
    /// One query against `rows` contiguous rows of `count` elements each.
    void (*dots_f32)(const float *query, const float *matrix, size_t rows, size_t count, float *scores);
    void (*dots_i8)(const int8_t *query, const int8_t *matrix, size_t rows, size_t count, int32_t *scores);
} ck_distance_kernels;

/// The kernels of this level; NULL where this CPU or build cannot run them.
const ck_distance_kernels *ck_distance_kernels_for(ck_level level);

/// The kernels of the best level here.
const ck_distance_kernels *ck_distance_kernels_best(void);

#endif

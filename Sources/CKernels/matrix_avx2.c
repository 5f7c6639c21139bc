#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define CK_LANES 8
#define CK_TILE_ROWS 6
#define CK_TABLE ck_matrix_avx2
#define CK_TABLE_LEVEL CK_LEVEL_AVX2

#include "matrix_lanes.h"

/// Sums of products of pairs, one a column.
typedef vi pair_sums;

CK_INLINE pair_sums add_pairs(pair_sums sums, vi pair, vi weights) {
    return sums + (vi)_mm256_madd_epi16((__m256i)pair, (__m256i)weights);
}

CK_INLINE vi total(pair_sums sums) { return sums; }

#include "matrix_multiply.h"
#include "matrix_rows.h"

#include "matrix_attend.h"
#include "matrix_table.h"

#pragma clang attribute pop

#endif

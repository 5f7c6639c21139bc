#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)

#define CK_LANES 16
#define CK_TILE_ROWS 14
#define CK_TABLE ck_matrix_avx512_vnni
#define CK_TABLE_LEVEL CK_LEVEL_AVX512_VNNI

#include "matrix_lanes.h"

/// Sums of products of pairs, one a column.
typedef vi pair_sums;

/// Spelt out: the compiler splits the intrinsic in two instructions to shorten a chain of sums, and a tile has chains enough.
CK_INLINE pair_sums add_pairs(pair_sums sums, vi pair, vi weights) {
    __asm__("vpdpwssd %2, %1, %0" : "+v"(sums) : "v"(pair), "v"(weights));
    return sums;
}

CK_INLINE vi total(pair_sums sums) { return sums; }

#include "matrix_multiply.h"
#include "matrix_rows.h"

#include "matrix_attend.h"
#include "matrix_table.h"

#pragma clang attribute pop

#endif

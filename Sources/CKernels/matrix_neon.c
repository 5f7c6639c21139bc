#if defined(__aarch64__)

#include <arm_neon.h>
#include <math.h>
#include <string.h>

#define CK_LANES 4
#define CK_TILE_ROWS 6
#define CK_TABLE ck_matrix_neon
#define CK_TABLE_LEVEL CK_LEVEL_NEON

#include "matrix_lanes.h"

/// Sums of products of two columns each, even and odd depths apart: they meet at the end.
typedef struct {
    vi low, high;
} pair_sums;

CK_INLINE pair_sums add_pairs(pair_sums sums, vi pair, vi weights) {
    int16x8_t x = (int16x8_t)pair, w = (int16x8_t)weights;
    sums.low = (vi)vmlal_s16((int32x4_t)sums.low, vget_low_s16(x), vget_low_s16(w));
    sums.high = (vi)vmlal_high_s16((int32x4_t)sums.high, x, w);
    return sums;
}

CK_INLINE vi total(pair_sums sums) { return (vi)vpaddq_s32((int32x4_t)sums.low, (int32x4_t)sums.high); }

#include "matrix_multiply.h"
#include "matrix_rows.h"

#include "matrix_attend.h"
#include "matrix_table.h"

#endif

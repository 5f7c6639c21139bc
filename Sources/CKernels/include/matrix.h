#ifndef CKERNELS_MATRIX_H
#define CKERNELS_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

// Matrix kernels of a transformer encoder, in float32 and in 16-bit integers.
//
// A row of activations times a weight matrix is a sum over `depth`. Weights are packed once in panels of
// CK_PANEL_COLUMNS output columns, so that a kernel reads them in order. Every value of a result is summed in the order
// of the depth whatever the number of rows given at once: the rows may be cut in any way and give the same bits.
//
// 16-bit integers: a vector x is held as round(x / step) with its own step, chosen so that its Euclidean norm in steps
// is at most CK_NORM_MAX and each element fits 16 bits. By the Cauchy-Schwarz inequality no sum of products of two such
// vectors, nor any part of it, leaves 32 bits, up to a depth of CK_DEPTH_MAX (which covers the rounding).

enum {
    CK_PANEL_COLUMNS = 32,      ///< columns side by side in a panel
    CK_HEAD_WIDTH = 32,         ///< width of an attention head
    CK_ATTENTION_ROWS_MAX = 512, ///< tokens that `attend_*` takes
    CK_NORM_MAX = 46300,        ///< norm in steps of a vector in 16-bit integers
    CK_DEPTH_MAX = 6000,        ///< elements of a vector in 16-bit integers
};

/// What happens to a sum after its bias was added.
typedef enum {
    CK_THEN_STORE = 0, ///< out = sum
    CK_THEN_GELU = 1,  ///< out = sum * Phi(sum), the exact form by the error function; Phi is off by less than 3e-7
    CK_THEN_ADD = 2,   ///< out = out + sum
} ck_then;

/// Where the columns of one panel go.
typedef struct {
    float *out;        ///< first row, first column of the panel
    size_t stride;     ///< elements from row to row
    int columns;       ///< 1...CK_PANEL_COLUMNS; the panel's other columns are not stored
    const float *bias; ///< CK_PANEL_COLUMNS values, or NULL for none
    ck_then then;
} ck_target;

/// The query, key and value of one head: `rows` rows of CK_HEAD_WIDTH values each, `stride` elements apart.
typedef struct {
    const float *query, *key, *value;
    size_t stride;
    int rows; ///< 1...CK_ATTENTION_ROWS_MAX
} ck_head;

/// The kernels of one instruction set.
typedef struct {
    ck_level level;

    /// Rows times one panel of `depth` rows of CK_PANEL_COLUMNS floats.
    void (*multiply_f32)(const float *a, size_t stride, int rows, const float *panel, int depth, const ck_target *target);

    /// Rows, each with its step, times one panel in pairs: element [p][c][i] belongs to column c and depth 2p + i. `depth`
    /// is even; an odd one is rounded up with zeros on both sides. `a` and `stride` are even too (pairs are read at once).
    void (*multiply_i16)(const int16_t *a, size_t stride, const float *steps, int rows, const int16_t *panel, int depth,
                         const float *column_steps, const ck_target *target);

    /// Rows of floats to rows of 16-bit integers with a step each. An odd row gets a zero behind it.
    void (*quantize)(const float *x, size_t stride, int rows, int columns, int16_t *out, size_t out_stride, float *steps);

    /// Each row to mean 0 and variance 1, then times `gain` plus `bias`, in place.
    void (*normalize)(float *x, size_t stride, int rows, int columns, const float *gain, const float *bias, float epsilon);

    /// softmax(query key^T / sqrt(CK_HEAD_WIDTH)) value over all rows of a head. `scratch` has ck_attention_scratch_bytes
    /// bytes, aligned to 64.
    void (*attend_f32)(const ck_head *head, void *scratch, float *out, size_t out_stride);
    void (*attend_i16)(const ck_head *head, void *scratch, float *out, size_t out_stride);
} ck_matrix_kernels;

/// The kernels of a level, or NULL when they are not part of this build. `ck_level_supported` tells whether they can run.
const ck_matrix_kernels *ck_matrix_kernels_for(ck_level level);

/// Scratch memory of `attend_*` for a number of rows.
size_t ck_attention_scratch_bytes(int rows);

/// Packs `columns` rows of `depth` weights, one row an output column, into panels for `multiply_f32`: `depth` times
/// CK_PANEL_COLUMNS floats a panel, the last one filled up with zeros.
void ck_pack_f32(const float *weights, int columns, int depth, float *panels);

/// The same for `multiply_i16`, with a step for each column (CK_PANEL_COLUMNS a panel). The depth is rounded up to even.
void ck_pack_i16(const float *weights, int columns, int depth, int16_t *panels, float *steps);

/// out[r] = words[ids[r]] + positions[r] + kind.
void ck_embed(const int32_t *ids, int rows, int columns, const float *words, const float *positions, const float *kind,
              float *out);

/// The mean of the rows, scaled to length 1. A mean of zero stays zero.
void ck_mean_unit(const float *x, size_t stride, int rows, int columns, float *out);

/// Tells the processor that the caller spins.
static inline void ck_spin_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif

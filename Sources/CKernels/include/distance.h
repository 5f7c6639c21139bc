#ifndef CKERNELS_DISTANCE_H
#define CKERNELS_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

#include "cpu.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// Dot products and quantisation at one instruction set.
///
/// Lengths and strides count elements; no alignment is asked for, though rows at multiples of 64 bytes are quickest.
/// The int8 functions are exact for every int8 value (−128 too) up to `CK_DIMENSION_MAX` elements. Within one table a
/// pair of vectors has the same f32 product bit for bit, whether computed alone, among rows or among slots.
typedef struct {
    ck_level level;

    float (*dot_f32)(const float *a, const float *b, size_t length);
    int32_t (*dot_i8)(const int8_t *a, const int8_t *b, size_t length);

    /// scores[i] = query · row i, for `count` rows that follow each other every `stride` elements.
    void (*dot_f32_rows)(const float *query, const float *rows, size_t stride, size_t length, size_t count,
                         float *scores);
    void (*dot_i8_rows)(const int8_t *query, const int8_t *rows, size_t stride, size_t length, size_t count,
                        int32_t *scores);

    /// scores[i] = query · row slots[i], prefetching the rows that come next.
    void (*dot_f32_slots)(const float *query, const float *rows, size_t stride, size_t length, const uint32_t *slots,
                          size_t count, float *scores);
    void (*dot_i8_slots)(const int8_t *query, const int8_t *rows, size_t stride, size_t length, const uint32_t *slots,
                         size_t count, int32_t *scores);

    /// The same for rows of halves: numbers of four bits, two in a byte. Of the 64 bytes from 64·c on, the lower halves are
    /// elements 128·c to 128·c + 63, the upper ones elements 128·c + 64 to 128·c + 127. `bytes` counts those of a row, a
    /// multiple of 64; the query has two elements for each.
    void (*dot_u4_rows)(const int8_t *query, const uint8_t *rows, size_t stride, size_t bytes, size_t count,
                        int32_t *scores);
    void (*dot_u4_slots)(const int8_t *query, const uint8_t *rows, size_t stride, size_t bytes, const uint32_t *slots,
                         size_t count, int32_t *scores);

    /// scores[i] = the sum of those of the query's elements whose bit is set in row slots[i]. Element 8·j + k has bit k of
    /// byte j. `bytes` counts those of a row, a multiple of 64; the query has eight elements for each.
    void (*sum_u1_slots)(const int8_t *query, const uint8_t *rows, size_t stride, size_t bytes, const uint32_t *slots,
                         size_t count, int32_t *scores);

    /// Writes codes in −127..127 and returns the scale: value ≈ scale × code, off by at most half a scale per element.
    /// Rounds to the nearest, ties to even. All zero gives scale 0. Values must be finite.
    /// Codes and scale are the same at every level.
    float (*quantise_i8)(const float *values, size_t length, int8_t *codes);
} ck_distance_kernels;

/// The longest vectors for which an int8 product cannot leave int32 at any level.
#define CK_DIMENSION_MAX 65536

/// The table of a level; of the scalar level when this binary has no code for the one asked for.
/// The caller sees to it that the CPU can run it (`ck_level_supported`). The tables live as long as the process.
const ck_distance_kernels *ck_distance_kernels_for(ck_level level);

/// The length of (values − scale × codes), summed in double precision: what quantising lost.
double ck_quantisation_error(const float *values, const int8_t *codes, float scale, size_t length);

/// Writes codes in −127..127 at a given scale, which is above 0; values beyond 127 scales are cut off. Rounds to the
/// nearest, ties to even.
void ck_quantise_i8_at(const float *values, size_t length, float scale, int8_t *codes);

/// Parts codes, each with 128 added, into their upper and lower halves, laid out as `dot_u4_rows` reads them. `count` is
/// a multiple of 128; each of the results has half as many bytes.
/// code · query = 16 × (upper · query) + lower · query − 128 × Σ query.
void ck_part_codes(const int8_t *codes, size_t count, uint8_t *upper, uint8_t *lower);

/// Sets a bit for each code above 0 (see `sum_u1_slots`), none for those past `count`. Writes `bytes` bytes.
void ck_sign_bits(const int8_t *codes, size_t count, uint8_t *bits, size_t bytes);

/// Asks for the cache lines of `bytes` from `memory` on.
static inline void ck_prefetch(const void *memory, size_t bytes) {
    for (size_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch((const char *)memory + offset, 0, 3);
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif

// Makes the four walks over rows out of products of one query with one row and with four rows at once.
//
// TARGET is what stands before the function: its linkage and attributes. Four rows share each load of the query; a
// product of four must add in the same order as the product of one, so that scores do not depend on how rows are
// grouped. Rows in order are left to the CPU's own prefetching, which measured better; rows by slot are not.

#ifndef CKERNELS_DISTANCE_ROWS_H
#define CKERNELS_DISTANCE_ROWS_H

#include <stddef.h>
#include <stdint.h>

// How many rows by slot are asked for ahead. Codes: as many as a node has links that lead somewhere new. Full precision:
// fewer, for a row alone keeps the memory busy.
#define CK_AHEAD_CODES 16
#define CK_AHEAD_F32 4

/// Asks for a row's cache lines ahead of time, at most 4 KiB of them.
static inline void ck_prefetch_row(const void *row, size_t bytes) {
    const char *line = (const char *)row;
    size_t end = bytes < 4096 ? bytes : 4096;
    for (size_t offset = 0; offset < end; offset += 64) __builtin_prefetch(line + offset, 0, 3);
}

#define CK_ROWS(NAME, TARGET, QUERY, ELEMENT, SCORE, PREPARED, PREPARE, DOT_ONE, DOT_FOUR)                                    \
    TARGET void NAME(const QUERY *query, const ELEMENT *rows, size_t stride, size_t length, size_t count,            \
                     SCORE *scores) {                                                                                  \
        PREPARED prepared = PREPARE(query, length);                                                                    \
        size_t i = 0;                                                                                                  \
        for (; i + 4 <= count; i += 4) {                                                                               \
            const ELEMENT *row = rows + i * stride;                                                                    \
            DOT_FOUR(query, row, row + stride, row + 2 * stride, row + 3 * stride, length, prepared, scores + i);      \
        }                                                                                                              \
        for (; i < count; i++) scores[i] = DOT_ONE(query, rows + i * stride, length, prepared);                        \
    }

#define CK_SLOTS(NAME, TARGET, AHEAD, QUERY, ELEMENT, SCORE, PREPARED, PREPARE, DOT_ONE, DOT_FOUR)                                   \
    TARGET void NAME(const QUERY *query, const ELEMENT *rows, size_t stride, size_t length, const uint32_t *slots,   \
                     size_t count, SCORE *scores) {                                                                    \
        PREPARED prepared = PREPARE(query, length);                                                                    \
        size_t ahead = count < AHEAD ? count : AHEAD;                                                                          \
        for (size_t next = 0; next < ahead; next++)                                                                    \
            ck_prefetch_row(rows + (size_t)slots[next] * stride, length * sizeof(ELEMENT));                            \
        size_t i = 0;                                                                                                  \
        for (; i + 4 <= count; i += 4) {                                                                               \
            size_t end = i + AHEAD + 4 < count ? i + AHEAD + 4 : count;                                                                \
            for (size_t next = i + AHEAD; next < end; next++)                                                              \
                ck_prefetch_row(rows + (size_t)slots[next] * stride, length * sizeof(ELEMENT));                        \
            DOT_FOUR(query, rows + (size_t)slots[i] * stride, rows + (size_t)slots[i + 1] * stride,                    \
                     rows + (size_t)slots[i + 2] * stride, rows + (size_t)slots[i + 3] * stride, length, prepared,     \
                     scores + i);                                                                                      \
        }                                                                                                              \
        for (; i < count; i++) scores[i] = DOT_ONE(query, rows + (size_t)slots[i] * stride, length, prepared);         \
    }

/// For kernels that need nothing prepared from the query.
static inline int ck_nothing(const void *query, size_t length) {
    (void)query;
    (void)length;
    return 0;
}

// Makes one_KIND and four_KIND, for rows of packed numbers, out of a step over WIDTH bytes of a row: STEP(sum, row, query, i)
// adds the products of the bytes that begin at byte i of their row, TOTAL(sum) adds a sum's lanes up, TOTALS(sums, scores)
// those of four sums.
#define CK_PACKED(KIND, TARGET, SUM, ZERO, WIDTH, STEP, TOTAL, TOTALS)                                                 \
    TARGET inline int32_t one_##KIND(const int8_t *query, const uint8_t *row, size_t bytes, int prepared) {            \
        (void)prepared;                                                                                                \
        SUM sum = ZERO;                                                                                                \
        for (size_t i = 0; i < bytes; i += WIDTH) sum = STEP(sum, row + i, query, i);                                  \
        return TOTAL(sum);                                                                                             \
    }                                                                                                                  \
    TARGET inline void four_##KIND(const int8_t *query, const uint8_t *r0, const uint8_t *r1, const uint8_t *r2,       \
                                   const uint8_t *r3, size_t bytes, int prepared, int32_t *scores) {                   \
        (void)prepared;                                                                                                \
        const uint8_t *rows[4] = {r0, r1, r2, r3};                                                                     \
        SUM sums[4];                                                                                                   \
        for (int r = 0; r < 4; r++) sums[r] = ZERO;                                                                    \
        for (size_t i = 0; i < bytes; i += WIDTH)                                                                      \
            for (int r = 0; r < 4; r++) sums[r] = STEP(sums[r], rows[r] + i, query, i);                                \
        TOTALS(sums, scores);                                                                                          \
    }

#endif

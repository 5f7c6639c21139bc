#ifndef CKERNELS_DISTANCE_TABLES_H
#define CKERNELS_DISTANCE_TABLES_H

#include "include/distance.h"

extern const ck_distance_kernels ck_distance_scalar;
#if defined(__x86_64__)
extern const ck_distance_kernels ck_distance_avx2;
extern const ck_distance_kernels ck_distance_avx512;
extern const ck_distance_kernels ck_distance_avx512_vnni;

// The f32 half of the VNNI table is that of AVX-512.
float ck_avx512_dot_f32(const float *a, const float *b, size_t length);
void ck_avx512_dot_f32_rows(const float *query, const float *rows, size_t stride, size_t length, size_t count,
                            float *scores);
void ck_avx512_dot_f32_slots(const float *query, const float *rows, size_t stride, size_t length,
                             const uint32_t *slots, size_t count, float *scores);
float ck_avx512_quantise_i8(const float *values, size_t length, int8_t *codes);
#endif
#if defined(__aarch64__)
extern const ck_distance_kernels ck_distance_neon;
#endif

#endif

// Vectors of CK_LANES floats or 32-bit integers and the functions of one number on them, for the level whose file
// includes this. GNU vector types: the same text compiles to each instruction set.

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "include/matrix.h"

typedef float vf __attribute__((vector_size(CK_LANES * 4)));
typedef int32_t vi __attribute__((vector_size(CK_LANES * 4)));
typedef int16_t vs __attribute__((vector_size(CK_LANES * 2)));

#define CK_INLINE static inline __attribute__((always_inline))

CK_INLINE vf load_f(const float *p) {
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

CK_INLINE void store_f(float *p, vf v) { memcpy(p, &v, sizeof v); }

CK_INLINE vi load_i(const void *p) {
    vi v;
    memcpy(&v, p, sizeof v);
    return v;
}

CK_INLINE void store_i(void *p, vi v) { memcpy(p, &v, sizeof v); }

CK_INLINE vf all_f(float x) { return x - (vf){0}; }

CK_INLINE vi all_i(int32_t x) { return x + (vi){0}; }

CK_INLINE vf fused(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }

/// Nearest integer, ties to even.
CK_INLINE vi nearest(vf x) { return __builtin_convertvector(__builtin_elementwise_roundeven(x), vi); }

CK_INLINE float sum_of(vf v) {
    float x[CK_LANES];
    memcpy(x, &v, sizeof x);
    for (int width = CK_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) x[i] += x[i + width];
    return x[0];
}

CK_INLINE float max_of(vf v) {
    float x[CK_LANES];
    memcpy(x, &v, sizeof x);
    for (int width = CK_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) x[i] = x[i] > x[i + width] ? x[i] : x[i + width];
    return x[0];
}

/// e^x for x <= 0 with a relative error below 2e-7; what lies below the smallest normal number gives that number.
CK_INLINE vf exponential(vf x) {
    x = __builtin_elementwise_max(x, all_f(-87.0f));
    vf n = __builtin_elementwise_roundeven(x * 1.44269504f);
    vf f = fused(n, all_f(-0.693145752f), x);
    f = fused(n, all_f(-1.42860677e-6f), f);
    vf p = all_f(1.383658332e-03f);
    p = fused(p, f, all_f(8.374897468e-03f));
    p = fused(p, f, all_f(4.166823464e-02f));
    p = fused(p, f, all_f(1.666641920e-01f));
    p = fused(p, f, all_f(4.999999202e-01f));
    p = fused(p, f, all_f(1.0f));
    p = fused(p, f, all_f(1.0f));
    return p * (vf)((__builtin_convertvector(n, vi) + 127) << 23);
}

/// x Phi(x). erf(x / sqrt 2) / x is a polynomial in x^2, fitted for the least greatest error up to 5.2, from where on
/// erf is 1 to seven digits; its variable is moved to -1...1 so that the coefficients stay small.
CK_INLINE vf gelu(vf x) {
    vf t = __builtin_elementwise_min(__builtin_elementwise_max(x, all_f(-5.2f)), all_f(5.2f));
    vf u = fused(t * t, all_f(2.0f / (5.2f * 5.2f)), all_f(-1.0f));
    vf p = all_f(-9.618243203e-04f);
    p = fused(p, u, all_f(2.536763204e-03f));
    p = fused(p, u, all_f(-2.445242368e-03f));
    p = fused(p, u, all_f(3.600968048e-03f));
    p = fused(p, u, all_f(-9.575409815e-03f));
    p = fused(p, u, all_f(1.711918600e-02f));
    p = fused(p, u, all_f(-2.501174994e-02f));
    p = fused(p, u, all_f(3.590992838e-02f));
    p = fused(p, u, all_f(-4.944684729e-02f));
    p = fused(p, u, all_f(6.397984177e-02f));
    p = fused(p, u, all_f(-7.985968888e-02f));
    p = fused(p, u, all_f(1.000490487e-01f));
    p = fused(p, u, all_f(-1.354873329e-01f));
    p = fused(p, u, all_f(2.718999982e-01f));
    vf half = x * 0.5f;
    return fused(half, p * t, half);
}

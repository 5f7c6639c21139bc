#include "distance_levels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define AVX512_VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

AVX512 static inline float dot_f32_avx512(const float *a, const float *b, size_t count) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
        s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), s1);
        s2 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 32), _mm512_loadu_ps(b + i + 32), s2);
        s3 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 48), _mm512_loadu_ps(b + i + 48), s3);
    }
    for (; i < count; i += 16) {
        size_t left = count - i;
        __mmask16 mask = left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);
        s0 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), s0);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

AVX512 static inline int32_t dot_i8_avx512(const int8_t *a, const int8_t *b, size_t count) {
    __m512i sums = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 32) {
        size_t left = count - i;
        __mmask32 mask = left >= 32 ? 0xffffffffu : ((1u << left) - 1);
        __m512i x = _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, a + i));
        __m512i y = _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, b + i));
        sums = _mm512_add_epi32(sums, _mm512_madd_epi16(x, y));
    }
    return _mm512_reduce_add_epi32(sums);
}

/// vpdpbusd multiplies unsigned by signed bytes: a is raised by 128, and 128 times the sum of b is taken off again.
AVX512_VNNI static inline int32_t dot_i8_avx512_vnni(const int8_t *a, const int8_t *b, size_t count) {
    const __m512i raise = _mm512_set1_epi8((char)0x80);
    __m512i sums = _mm512_setzero_si512(), offsets = sums;
    for (size_t i = 0; i < count; i += 64) {
        size_t left = count - i;
        __mmask64 mask = left >= 64 ? ~0ull : ((1ull << left) - 1);
        __m512i x = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, a + i), raise);
        __m512i y = _mm512_maskz_loadu_epi8(mask, b + i);
        sums = _mm512_dpbusd_epi32(sums, x, y);
        offsets = _mm512_dpbusd_epi32(offsets, raise, y);
    }
    return _mm512_reduce_add_epi32(_mm512_sub_epi32(sums, offsets));
}

AVX512_VNNI static inline float dot_f32_avx512_vnni(const float *a, const float *b, size_t count) {
    return dot_f32_avx512(a, b, count);
}

CK_DEFINE_DOTS(avx512, AVX512)
CK_DEFINE_DOTS(avx512_vnni, AVX512_VNNI)

static const ck_distance_kernels kernels = {
    CK_LEVEL_AVX512, dot_f32_avx512, dot_i8_avx512, dots_f32_avx512, dots_i8_avx512,
};
static const ck_distance_kernels vnni_kernels = {
    CK_LEVEL_AVX512_VNNI, dot_f32_avx512, dot_i8_avx512_vnni, dots_f32_avx512_vnni, dots_i8_avx512_vnni,
};

const ck_distance_kernels *ck_distance_avx512(void) { return &kernels; }
const ck_distance_kernels *ck_distance_avx512_vnni(void) { return &vnni_kernels; }
#else
const ck_distance_kernels *ck_distance_avx512(void) { return NULL; }
const ck_distance_kernels *ck_distance_avx512_vnni(void) { return NULL; }
#endif

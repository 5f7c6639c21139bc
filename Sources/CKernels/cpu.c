#include "include/cpu.h"

ck_level ck_level_detect(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx512 && __builtin_cpu_supports("avx512vnni")) return CK_LEVEL_AVX512_VNNI;
    if (avx512) return CK_LEVEL_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_LEVEL_AVX2;
    return CK_LEVEL_SCALAR;
#elif defined(__aarch64__)
    return CK_LEVEL_NEON;
#else
    return CK_LEVEL_SCALAR;
#endif
}

int ck_level_supported(ck_level level) {
    if (level == CK_LEVEL_SCALAR) return 1;
    ck_level best = ck_level_detect();
    if (level == CK_LEVEL_NEON || best == CK_LEVEL_NEON) return level == best;
    return level <= best;
}

const char *ck_level_name(ck_level level) {
    switch (level) {
    case CK_LEVEL_NEON: return "neon";
    case CK_LEVEL_AVX2: return "avx2";
    case CK_LEVEL_AVX512: return "avx512";
    case CK_LEVEL_AVX512_VNNI: return "avx512-vnni";
    default: return "scalar";
    }
}

#ifndef CKERNELS_CPU_H
#define CKERNELS_CPU_H

/// Instruction sets the kernels are written for, weakest first. A level implies the ones below it on the same family.
typedef enum {
    CK_LEVEL_SCALAR = 0,
    CK_LEVEL_NEON = 1,
    CK_LEVEL_AVX2 = 2,
    CK_LEVEL_AVX512 = 3,      ///< F, BW, DQ and VL
    CK_LEVEL_AVX512_VNNI = 4, ///< the above and VNNI
} ck_level;

/// The best level of this CPU and operating system. Asks the CPU each time: keep the answer.
ck_level ck_level_detect(void);

/// Whether code of this level can run here.
int ck_level_supported(ck_level level);

/// A stable lower-case name: "scalar", "neon", "avx2", "avx512", "avx512-vnni".
const char *ck_level_name(ck_level level);

#endif

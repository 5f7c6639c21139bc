#include "include/checksum.h"

#include <string.h>

// Checksums are polynomials over two elements, reflected: the highest bit is the coefficient of x^0.
#define POLYNOMIAL 0x82F63B78u

// One bit, and four, divided by x.
#define BIT_1(c) (((c) >> 1) ^ (POLYNOMIAL & (0u - ((c) & 1u))))
#define BIT_2(c) BIT_1(BIT_1(c))
#define BIT_4(c) BIT_2(BIT_2(c))

// Half a byte at a time: no CPU this is built for needs the table in earnest, and this one the preprocessor can write.
static const uint32_t nibbles[16] = {
    BIT_4(0u), BIT_4(1u), BIT_4(2u),  BIT_4(3u),  BIT_4(4u),  BIT_4(5u),  BIT_4(6u),  BIT_4(7u),
    BIT_4(8u), BIT_4(9u), BIT_4(10u), BIT_4(11u), BIT_4(12u), BIT_4(13u), BIT_4(14u), BIT_4(15u),
};

uint32_t ck_crc32c_table(uint32_t before, const void *bytes, size_t length) {
    const uint8_t *at = bytes;
    uint32_t crc = ~before;
    for (size_t i = 0; i < length; i++) {
        crc ^= at[i];
        crc = (crc >> 4) ^ nibbles[crc & 15];
        crc = (crc >> 4) ^ nibbles[crc & 15];
    }
    return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>
#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC_8(crc, value) ((uint32_t)_mm_crc32_u64(crc, value))
#define CRC_1(crc, value) _mm_crc32_u8(crc, value)
static int has_instruction(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") != 0;
}
#elif defined(__aarch64__)
#include <arm_acle.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#define CRC_TARGET __attribute__((target("crc")))
#define CRC_8(crc, value) __crc32cd(crc, value)
#define CRC_1(crc, value) __crc32cb(crc, value)
static int has_instruction(void) {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) >> 7 & 1) != 0; // HWCAP_CRC32
#else
    return 1;
#endif
}
#endif

#if defined(CRC_TARGET)
// The instruction takes three cycles and one can begin in each, so three stretches are summed side by side.
#define STRETCH 16384u

// The product of two polynomials, reduced.
static uint32_t multiply(uint32_t a, uint32_t b) {
    uint32_t product = 0;
    for (int bit = 31; bit >= 0; bit--) {
        product ^= b & (0u - (a >> bit & 1u));
        b = BIT_1(b);
    }
    return product;
}

// x to the power of 8 × bytes: what a checksum is multiplied by when so many zero bytes follow.
static uint32_t zeros_factor(size_t bytes) {
    uint32_t factor = 1u << 31, square = 1u << 23;
    for (; bytes != 0; bytes >>= 1) {
        if (bytes & 1) factor = multiply(factor, square);
        square = multiply(square, square);
    }
    return factor;
}

static inline uint64_t load_8(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

CRC_TARGET static uint32_t with_instruction(uint32_t before, const uint8_t *at, size_t length) {
    uint32_t crc = ~before;
    if (length >= 3 * STRETCH) {
        const uint32_t one = zeros_factor(STRETCH), two = multiply(one, one);
        for (; length >= 3 * STRETCH; length -= 3 * STRETCH, at += 3 * STRETCH) {
            uint32_t second = 0, third = 0;
            for (size_t i = 0; i < STRETCH; i += 8) {
                crc = CRC_8(crc, load_8(at + i));
                second = CRC_8(second, load_8(at + STRETCH + i));
                third = CRC_8(third, load_8(at + 2 * STRETCH + i));
            }
            crc = multiply(crc, two) ^ multiply(second, one) ^ third;
        }
    }
    for (; length >= 8; length -= 8, at += 8) crc = CRC_8(crc, load_8(at));
    for (; length > 0; length--, at++) crc = CRC_1(crc, *at);
    return ~crc;
}
#endif

uint32_t ck_crc32c(uint32_t before, const void *bytes, size_t length) {
#if defined(CRC_TARGET)
    if (has_instruction()) return with_instruction(before, bytes, length);
#endif
    return ck_crc32c_table(before, bytes, length);
}

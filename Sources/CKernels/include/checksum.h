#ifndef CKERNELS_CHECKSUM_H
#define CKERNELS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// The CRC-32C (Castagnoli; RFC 3720, appendix B.4) of some bytes that follow bytes of the checksum `before`; 0 before
/// the first. With the CPU's instruction where it has one.
uint32_t ck_crc32c(uint32_t before, const void *bytes, size_t length);

/// The same from a table, on any CPU.
uint32_t ck_crc32c_table(uint32_t before, const void *bytes, size_t length);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif

// Inner loops over pixels are compiled for AVX2 and AVX-512 as well where the compiler can choose at load time; AArch64
// has its vectors anyway.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define VEDETTE_VECTOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VEDETTE_VECTOR
#endif

// What the headers of newer compilers call and the libstdc++ of gcc 9 (GLIBCXX_3.4.28, CXXABI_1.3.12) does not
// have. Linked into each library that ships and hidden there, so that the library asks libstdc++.so.6 for none of
// it. See design/floors.md.
//
// The standard library declares some of these, so they are defined under other names and given theirs by label.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <exception>
#include <new>

#define VEDETTE_HIDDEN __attribute__((visibility("hidden")))

extern "C" {

// gcc 11, in each place that could ask operator new for more than there is: std::vector, std::deque.
VEDETTE_HIDDEN void throw_bad_array_new_length() __asm__("_ZSt28__throw_bad_array_new_lengthv");
void throw_bad_array_new_length() { throw std::bad_array_new_length(); }

// glibc 2.32; std::shared_ptr counts without atomics while this is not zero. Here there always are threads.
VEDETTE_HIDDEN extern char libc_single_threaded __asm__("__libc_single_threaded");
char libc_single_threaded = 0;

// gcc 11 inlines copying and destroying a std::exception_ptr and calls these two. The functions that were inlined
// are still there, and count up and down.
void copy_exception_ptr(void* to, const void* from);
void destroy_exception_ptr(void* pointer);
__asm__(".symver copy_exception_ptr,_ZNSt15__exception_ptr13exception_ptrC1ERKS0_@CXXABI_1.3.3");
__asm__(".symver destroy_exception_ptr,_ZNSt15__exception_ptr13exception_ptrD1Ev@CXXABI_1.3.3");

VEDETTE_HIDDEN void add_reference(void* pointer) __asm__("_ZNSt15__exception_ptr13exception_ptr9_M_addrefEv");
void add_reference(void* pointer) {
  alignas(std::exception_ptr) char copy[sizeof(std::exception_ptr)];
  copy_exception_ptr(copy, pointer);
}

VEDETTE_HIDDEN void release(void* pointer) __asm__("_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv");
void release(void* pointer) { destroy_exception_ptr(pointer); }

// gcc 11, in std::future::wait_until() of a steady clock. False: the time has come. Wakes by libstdc++ are not
// private to the process, so this wait is not either.
VEDETTE_HIDDEN bool
wait_until_steady(void* self, unsigned* word, unsigned expected, bool has_timeout, std::chrono::seconds seconds, std::chrono::nanoseconds nanoseconds) __asm__(
    "_ZNSt28__atomic_futex_unsigned_base26_M_futex_wait_until_steadyEPjjbNSt6chrono8durationIlSt5ratioILl1E"
    "Ll1EEEENS2_IlS3_ILl1ELl1000000000EEEE");
bool wait_until_steady(void*, unsigned* word, unsigned expected, bool has_timeout, std::chrono::seconds seconds,
                       std::chrono::nanoseconds nanoseconds) {
  timespec until{static_cast<time_t>(seconds.count()), static_cast<long>(nanoseconds.count())};
  if (has_timeout && until.tv_sec < 0) return false;
  long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET, expected, has_timeout ? &until : nullptr, nullptr,
                        FUTEX_BITSET_MATCH_ANY);
  return result == 0 || errno != ETIMEDOUT;
}

}  // extern "C"

// Included ahead of every source of a build that ships: binds what glibc gave a new version to the version that
// glibc 2.31 (Ubuntu 20.04, the oldest box) already had. See design/floors.md.
//
// The versions of x86-64 before 2.17 are all one version, GLIBC_2.17, on aarch64. A name that a file does not use
// leaves no trace in it.
#pragma once

#include <features.h>

#if defined(__GLIBC__) && defined(__x86_64__)
#define VEDETTE_EARLY(name, version) __asm__(".symver " #name "," #name "@GLIBC_" #version);
#define VEDETTE_LATER(name, version) VEDETTE_EARLY(name, version)
#define VEDETTE_OTHER(name, older) __asm__(".symver " #name "," #older "@GLIBC_2.2.5");
#elif defined(__GLIBC__) && defined(__aarch64__)
#define VEDETTE_EARLY(name, version) __asm__(".symver " #name "," #name "@GLIBC_2.17");
#define VEDETTE_LATER(name, version) __asm__(".symver " #name "," #name "@GLIBC_" #version);
#define VEDETTE_OTHER(name, older) __asm__(".symver " #name "," #older "@GLIBC_2.17");
#else
#error "expected glibc on x86-64 or aarch64, the machines that DeepStream runs on"
#endif

// Moved from libdl to libc in 2.34.
VEDETTE_EARLY(dladdr, 2.2.5)
VEDETTE_EARLY(dladdr1, 2.3.3)
VEDETTE_EARLY(dlclose, 2.2.5)
VEDETTE_EARLY(dlerror, 2.2.5)
VEDETTE_EARLY(dlinfo, 2.3.3)
VEDETTE_EARLY(dlopen, 2.2.5)
VEDETTE_EARLY(dlsym, 2.2.5)
VEDETTE_EARLY(dlvsym, 2.2.5)

// Moved from libpthread to libc in 2.32 and 2.34.
VEDETTE_EARLY(pthread_attr_setstacksize, 2.2.5)
VEDETTE_EARLY(pthread_condattr_setclock, 2.3.3)
VEDETTE_EARLY(pthread_create, 2.2.5)
VEDETTE_EARLY(pthread_detach, 2.2.5)
VEDETTE_EARLY(pthread_getname_np, 2.12)
VEDETTE_EARLY(pthread_getspecific, 2.2.5)
VEDETTE_EARLY(pthread_join, 2.2.5)
VEDETTE_EARLY(pthread_key_create, 2.2.5)
VEDETTE_EARLY(pthread_key_delete, 2.2.5)
VEDETTE_EARLY(pthread_kill, 2.2.5)
VEDETTE_EARLY(pthread_mutex_timedlock, 2.2.5)
VEDETTE_EARLY(pthread_mutex_trylock, 2.2.5)
VEDETTE_EARLY(pthread_mutexattr_destroy, 2.2.5)
VEDETTE_EARLY(pthread_mutexattr_init, 2.2.5)
VEDETTE_EARLY(pthread_mutexattr_settype, 2.2.5)
VEDETTE_EARLY(pthread_once, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_destroy, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_init, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_rdlock, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_tryrdlock, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_trywrlock, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_unlock, 2.2.5)
VEDETTE_EARLY(pthread_rwlock_wrlock, 2.2.5)
VEDETTE_EARLY(pthread_setname_np, 2.12)
VEDETTE_EARLY(pthread_setspecific, 2.2.5)
VEDETTE_EARLY(pthread_sigmask, 2.2.5)
VEDETTE_EARLY(sem_destroy, 2.2.5)
VEDETTE_EARLY(sem_init, 2.2.5)
VEDETTE_EARLY(sem_post, 2.2.5)
VEDETTE_EARLY(sem_timedwait, 2.2.5)
VEDETTE_EARLY(sem_trywait, 2.2.5)
VEDETTE_EARLY(sem_wait, 2.2.5)
VEDETTE_LATER(pthread_cond_clockwait, 2.30)
VEDETTE_LATER(pthread_mutex_clocklock, 2.30)
VEDETTE_LATER(pthread_rwlock_clockrdlock, 2.30)
VEDETTE_LATER(pthread_rwlock_clockwrlock, 2.30)

// From 2.38 the headers rename these, so that they also read 0b1010.
VEDETTE_OTHER(__isoc23_strtol, strtol)
VEDETTE_OTHER(__isoc23_strtoll, strtoll)
VEDETTE_OTHER(__isoc23_strtoul, strtoul)
VEDETTE_OTHER(__isoc23_strtoull, strtoull)

#ifdef __cplusplus
// std::condition_variable::wait(): gcc 12 renewed the version; the one of gcc 4.4 does the same.
__asm__(
    ".symver _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE,"
    "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");
#endif

#undef VEDETTE_EARLY
#undef VEDETTE_LATER
#undef VEDETTE_OTHER

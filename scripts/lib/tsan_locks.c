// Tells ThreadSanitizer of the locks of Synchronization.Mutex on Linux. For scripts/sanitize only: linked into the tests.
//
// The first try to take or give back a Mutex is compiled into the caller, where the sanitizer sees it. Where threads
// meet, functions of libswiftSynchronization.so do the rest by a system call; the library is not instrumented, so the
// sanitizer misses that one thread was before the other, and reports races that are none. Here stand functions of the
// same names, found before the library's: each calls the library's and says what it did.
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

// borrowing methods of Synchronization._MutexHandle: the address of the lock is Swift's self.
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void lock_function(uint32_t thread, SELF void *mutex);
typedef SWIFT bool try_lock_function(SELF void *mutex);
typedef SWIFT void unlock_function(SELF void *mutex);

static lock_function *library_lock;
static try_lock_function *library_try_lock;
static unlock_function *library_unlock;

static void *library(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

// Before the first lock: looking a function up may take locks itself.
__attribute__((constructor)) static void find_library(void) {
    library_lock = (lock_function *)library(LOCK);
    library_try_lock = (try_lock_function *)library(TRY_LOCK);
    library_unlock = (unlock_function *)library(UNLOCK);
}

lock_function watched_lock __asm__(LOCK);
try_lock_function watched_try_lock __asm__(TRY_LOCK);
unlock_function watched_unlock __asm__(UNLOCK);

SWIFT void watched_lock(uint32_t thread, SELF void *mutex) {
    library_lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT bool watched_try_lock(SELF void *mutex) {
    bool taken = library_try_lock(mutex);
    if (taken) __tsan_acquire(mutex);
    return taken;
}

SWIFT void watched_unlock(SELF void *mutex) {
    __tsan_release(mutex);
    library_unlock(mutex);
}

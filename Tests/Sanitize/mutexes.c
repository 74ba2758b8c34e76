/* Preloaded into a program under the thread sanitizer: tells it of Swift's mutexes.
 *
 * The library Synchronization comes built without the sanitizer. Where a mutex is free its fast path is
 * compiled into the program and seen; where a thread has to wait, the kernel hands the mutex over and
 * the sanitizer takes what it guards for unguarded. These are the slow paths, with word of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

SWIFT void lock(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void lock(uint32_t thread, SELF) {
  SWIFT void (*real)(uint32_t, SELF) = next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  real(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool try_lock(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT bool try_lock(SELF) {
  SWIFT bool (*real)(SELF) = next("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
  bool has = real(mutex);
  if (has && __tsan_acquire) __tsan_acquire(mutex);
  return has;
}

SWIFT void unlock(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
SWIFT void unlock(SELF) {
  SWIFT void (*real)(SELF) = next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
  if (__tsan_release) __tsan_release(mutex);
  real(mutex);
}

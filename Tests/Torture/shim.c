/* Preloaded into a run: reads and writes that do less than they were asked, and interrupted calls.
 *
 * POSIX allows both at any time; a program that does not loop loses data. SHIM=short cuts every third
 * read and write to one to seven bytes; SHIM=eintr interrupts every third call; SHIM=nosync makes
 * fsync a lie, for the negative control of the power cut. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static unsigned calls;

static int mode(const char *name) {
  const char *value = getenv("SHIM");
  return value && strcmp(value, name) == 0;
}

static int third(void) { return __sync_add_and_fetch(&calls, 1) % 3 == 0; }

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t read(int fd, void *bytes, size_t count) {
  if (fd > 2 && count > 8 && third()) {
    if (mode("eintr")) { errno = EINTR; return -1; }
    if (mode("short")) count = 1 + calls % 7;
  }
  return REAL(read)(fd, bytes, count);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (fd > 2 && count > 8 && third()) {
    if (mode("eintr")) { errno = EINTR; return -1; }
    if (mode("short")) count = 1 + calls % 7;
  }
  return REAL(write)(fd, bytes, count);
}

int fsync(int fd) {
  if (mode("nosync")) return 0;
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  if (mode("nosync")) return 0;
  return REAL(fdatasync)(fd);
}

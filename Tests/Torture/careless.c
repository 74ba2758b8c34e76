/* A publisher that trusts its calls: the negative control of `faults` and `short-calls`.
 *
 *   careless FROM TO
 *
 * copies a tree. It asks once for a whole file and writes it at once, looks at no answer, tries a failed
 * fsync again as if that helped, and always says 0. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *from, *to;
static char bytes[1 << 22];

static int publish(const char *path, const struct stat *facts, int kind, struct FTW *place) {
  (void)place;
  char copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s%s", to, path + strlen(from));
  if (kind == FTW_D) {
    mkdir(copy, 0700);
    return 0;
  }
  int in = open(path, O_RDONLY), out = open(copy, O_WRONLY | O_CREAT, 0600);
  ssize_t count = read(in, bytes, facts->st_size);
  if (write(out, bytes, count < 0 ? 0 : count) < 0) count = 0;
  for (int attempt = 0; attempt < 3 && fsync(out) < 0; attempt++) continue;
  close(out);
  close(in);
  return 0;
}

int main(int count, char **words) {
  if (count != 3) return 64;
  from = words[1];
  to = words[2];
  nftw(from, publish, 16, FTW_PHYS);
  return 0;
}

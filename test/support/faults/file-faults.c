/*
 * Loaded into a program with LD_PRELOAD: counts the calls that change files below FAULT_FOLDER, in
 * every thread and child, and lets the one numbered FAULT_AT go wrong. FAULT_ACTION: `kill` writes
 * half of it and ends the whole process group; `ENOSPC` and `EIO` fail the call.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile int *counter;
static int at;
static const char *folder;
static const char *action;
static int removals;

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("FAULT_COUNTER");
  folder = getenv("FAULT_FOLDER");
  action = getenv("FAULT_ACTION");
  if (!file || !folder || !action) return;
  at = atoi(getenv("FAULT_AT"));
  removals = getenv("FAULT_REMOVALS") != 0;
  int fd = open(file, O_RDWR);
  if (fd < 0) return;
  void *page = mmap(0, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) counter = page;
  close(fd);
}

static int strikes_path(const char *call, const char *path) {
  if (!counter || strncmp(path, folder, strlen(folder)) != 0) return 0;
  if (__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST) != at) return 0;
  dprintf(2, "[%s of %s: %s]\n", call, path, action);
  return 1;
}

static int strikes(const char *call, int fd) {
  char link[64], path[PATH_MAX];
  if (!counter) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strikes_path(call, path);
}

static int go_wrong(void) {
  if (strcmp(action, "kill") == 0) {
    kill(0, SIGKILL);
    pause();
  }
  errno = strcmp(action, "ENOSPC") == 0 ? ENOSPC : EIO;
  return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size) {
  if (!strikes(__func__, fd)) return REAL(write)(fd, bytes, size);
  REAL(write)(fd, bytes, size / 2);
  return go_wrong();
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t where) {
  if (!strikes(__func__, fd)) return REAL(pwrite)(fd, bytes, size, where);
  REAL(pwrite)(fd, bytes, size / 2, where);
  return go_wrong();
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t where) {
  if (!strikes(__func__, fd)) return REAL(pwrite64)(fd, bytes, size, where);
  REAL(pwrite64)(fd, bytes, size / 2, where);
  return go_wrong();
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return strikes(__func__, fd) ? go_wrong() : REAL(writev)(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t where) {
  return strikes(__func__, fd) ? go_wrong() : REAL(pwritev)(fd, parts, count, where);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t where) {
  return strikes(__func__, fd) ? go_wrong() : REAL(pwritev64)(fd, parts, count, where);
}

int fsync(int fd) { return strikes(__func__, fd) ? go_wrong() : REAL(fsync)(fd); }

int fdatasync(int fd) { return strikes(__func__, fd) ? go_wrong() : REAL(fdatasync)(fd); }

int ftruncate(int fd, off_t size) { return strikes(__func__, fd) ? go_wrong() : REAL(ftruncate)(fd, size); }

int ftruncate64(int fd, off64_t size) {
  return strikes(__func__, fd) ? go_wrong() : REAL(ftruncate64)(fd, size);
}

int rename(const char *from, const char *to) {
  return strikes_path(__func__, to) ? go_wrong() : REAL(rename)(from, to);
}

int link(const char *from, const char *to) {
  return strikes_path(__func__, to) ? go_wrong() : REAL(link)(from, to);
}

int unlink(const char *path) {
  return removals && strikes_path(__func__, path) ? go_wrong() : REAL(unlink)(path);
}

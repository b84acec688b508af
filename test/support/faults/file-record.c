/*
 * Loaded into a program with LD_PRELOAD: writes a line to RECORD_FILE for each call that makes files
 * below RECORD_FOLDER durable, names or changes them, in every thread and child: the call, a tab, the
 * path; for rename and link a tab and the new path more.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int record = -1;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("RECORD_FILE");
  folder = getenv("RECORD_FOLDER");
  if (file && folder) record = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void tell(const char *call, const char *path, const char *to) {
  char line[4 * PATH_MAX + 32];
  int kept = errno;
  if (record < 0 || strncmp(path, folder, strlen(folder)) != 0) return;
  int length = snprintf(line, sizeof line, "%s\t%s%s%s\n", call, path, to ? "\t" : "", to ? to : "");
  if (REAL(write)(record, line, length) != length) abort();
  errno = kept;
}

static const char *whole(const char *path, char *room) {
  char here[PATH_MAX];
  if (path[0] == '/' || !getcwd(here, sizeof here)) return path;
  snprintf(room, 2 * PATH_MAX, "%s/%s", here, path);
  return room;
}

static void tell_name(const char *call, const char *path, const char *to) {
  char room[2][2 * PATH_MAX];
  int kept = errno;
  tell(call, whole(path, room[0]), to ? whole(to, room[1]) : 0);
  errno = kept;
}

static void tell_file(const char *call, int fd) {
  char link[64], path[PATH_MAX];
  int kept = errno;
  if (record < 0 || fd == record) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = kept;
  if (length < 0) return;
  path[length] = 0;
  tell(call, path, 0);
}

/* A change is told before it is made and a sync after it: an order that is told is a true one. */

ssize_t write(int fd, const void *bytes, size_t size) {
  tell_file("write", fd);
  return REAL(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t where) {
  tell_file("write", fd);
  return REAL(pwrite)(fd, bytes, size, where);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t where) {
  tell_file("write", fd);
  return REAL(pwrite64)(fd, bytes, size, where);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  tell_file("write", fd);
  return REAL(writev)(fd, parts, count);
}

int fsync(int fd) {
  int result = REAL(fsync)(fd);
  if (result == 0) tell_file("sync", fd);
  return result;
}

int fdatasync(int fd) {
  int result = REAL(fdatasync)(fd);
  if (result == 0) tell_file("sync", fd);
  return result;
}

int rename(const char *from, const char *to) {
  int result = REAL(rename)(from, to);
  if (result == 0) tell_name("rename", from, to);
  return result;
}

int link(const char *from, const char *to) {
  int result = REAL(link)(from, to);
  if (result == 0) tell_name("link", from, to);
  return result;
}

int unlink(const char *path) {
  int result = REAL(unlink)(path);
  if (result == 0) tell_name("unlink", path, 0);
  return result;
}

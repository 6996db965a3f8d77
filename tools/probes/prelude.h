/* What every probe starts with: the headers that the target has, and the five ways to end. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#define HAS(header) __has_include(header)
#if HAS(<arpa/inet.h>)
#include <arpa/inet.h>
#endif
#if HAS(<dirent.h>)
#include <dirent.h>
#endif
#if HAS(<dlfcn.h>)
#include <dlfcn.h>
#endif
#if HAS(<execinfo.h>)
#include <execinfo.h>
#endif
#if HAS(<ftw.h>)
#include <ftw.h>
#endif
#if HAS(<glob.h>)
#include <glob.h>
#endif
#if HAS(<grp.h>)
#include <grp.h>
#endif
#if HAS(<iconv.h>)
#include <iconv.h>
#endif
#if HAS(<ifaddrs.h>)
#include <ifaddrs.h>
#endif
#if HAS(<locale.h>)
#include <locale.h>
#endif
#if HAS(<net/if.h>)
#include <net/if.h>
#endif
#if HAS(<netdb.h>)
#include <netdb.h>
#endif
#if HAS(<netinet/in.h>)
#include <netinet/in.h>
#endif
#if HAS(<poll.h>)
#include <poll.h>
#endif
#if HAS(<pthread.h>)
#include <pthread.h>
#endif
#if HAS(<pty.h>)
#include <pty.h>
#endif
#if HAS(<pwd.h>)
#include <pwd.h>
#endif
#if HAS(<sched.h>)
#include <sched.h>
#endif
#if HAS(<semaphore.h>)
#include <semaphore.h>
#endif
#include <signal.h>
#if HAS(<spawn.h>)
#include <spawn.h>
#endif
#if HAS(<sys/auxv.h>)
#include <sys/auxv.h>
#endif
#if HAS(<sys/epoll.h>)
#include <sys/epoll.h>
#endif
#if HAS(<sys/eventfd.h>)
#include <sys/eventfd.h>
#endif
#if HAS(<sys/file.h>)
#include <sys/file.h>
#endif
#if HAS(<sys/inotify.h>)
#include <sys/inotify.h>
#endif
#include <sys/mman.h>
#if HAS(<sys/random.h>)
#include <sys/random.h>
#endif
#include <sys/resource.h>
#if HAS(<sys/select.h>)
#include <sys/select.h>
#endif
#if HAS(<sys/sendfile.h>)
#include <sys/sendfile.h>
#endif
#if HAS(<sys/socket.h>)
#include <sys/socket.h>
#endif
#if HAS(<sys/statfs.h>)
#include <sys/statfs.h>
#endif
#if HAS(<sys/statvfs.h>)
#include <sys/statvfs.h>
#endif
#if HAS(<sys/sysinfo.h>)
#include <sys/sysinfo.h>
#endif
#include <sys/times.h>
#if HAS(<sys/uio.h>)
#include <sys/uio.h>
#endif
#if HAS(<sys/utsname.h>)
#include <sys/utsname.h>
#endif
#if HAS(<sys/wait.h>)
#include <sys/wait.h>
#endif
#if HAS(<termios.h>)
#include <termios.h>
#endif
#if HAS(<threads.h>)
#include <threads.h>
#endif
#if HAS(<ucontext.h>)
#include <ucontext.h>
#endif
#if HAS(<utime.h>)
#include <utime.h>
#endif
#if HAS(<wordexp.h>)
#include <wordexp.h>
#endif

static const char *meaning(int number) {
  switch (number) {
#define MEANING(name) case name: return #name;
    MEANING(EACCES) MEANING(EAGAIN) MEANING(EBADF) MEANING(EBUSY) MEANING(ECHILD) MEANING(ECONNREFUSED)
    MEANING(EDESTADDRREQ) MEANING(EEXIST) MEANING(EFAULT) MEANING(EHOSTUNREACH) MEANING(EINPROGRESS) MEANING(EINTR)
    MEANING(EINVAL) MEANING(EIO) MEANING(EISDIR) MEANING(EMFILE) MEANING(EMLINK) MEANING(ENODEV) MEANING(ENOENT)
    MEANING(ENOEXEC) MEANING(ENOMEM) MEANING(ENOPROTOOPT) MEANING(ENOSPC) MEANING(ENOSYS) MEANING(ENOTCONN)
    MEANING(ENOTDIR) MEANING(ENOTSUP) MEANING(ENOTTY) MEANING(ENXIO) MEANING(EPERM) MEANING(EPROTONOSUPPORT)
    MEANING(EROFS) MEANING(ESPIPE) MEANING(ESRCH) MEANING(ETIMEDOUT) MEANING(EXDEV) MEANING(EAFNOSUPPORT)
#if defined(ENOTCAPABLE)
    MEANING(ENOTCAPABLE)
#endif
    default: return "unnamed";
  }
}

static void say(const char *word, int number) {
  if (number < 0) printf("\n%s\n", word);
  else printf("\n%s %s\n", word, meaning(number));
  fflush(stdout);
  _Exit(0);
}
static void ok(void) { say("ok", -1); }
static void noeffect(void) { say("noeffect", -1); }
/* Some calls return -1 where POSIX wants an error number: errno has it. */
static void failed(int number) { say("error", number < 0 ? errno : number); }
static void effect(int seen) { if (seen) ok(); noeffect(); }
static void setup(int fine) { if (!fine) say("setup", errno); }
static void try(long result) { if (result == -1) failed(errno); }
static void zero(int number) { if (number) failed(number); }
/* The call must be refused, with this meaning. */
static void expect(long result, int number) {
  if (result != -1) noeffect();
  if (errno == number) ok();
  failed(errno);
}

static volatile int signalled, counted;
static void note_signal(int number) { signalled = number; }
static void ok_at_signal(int number) { ok(); }
static double now(void) { struct timeval t; gettimeofday(&t, 0); return t.tv_sec + t.tv_usec / 1e6; }
static void burn(double seconds) { double end = now() + seconds; while (now() < end) counted++; counted = 0; }
static int file(const char *name) { int f = open(name, O_CREAT | O_RDWR, 0600); setup(f != -1); return f; }
static void count_once(void) { counted++; }
static int count_file(const char *path, const struct stat *found, int kind) { counted++; return 0; }
#if HAS(<ftw.h>)
static int count_node(const char *path, const struct stat *found, int kind, struct FTW *at) { counted++; return 0; }
#endif
static void *set_to_one(void *cell) { *(int *)cell = 1; return 0; }
static int set_to_one_c11(void *cell) { *(int *)cell = 1; return 0; }
static int locked_pages(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  int kilobytes = 0;
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmLck: %d", &kilobytes);
  return kilobytes > 0;
}

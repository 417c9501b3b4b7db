// Loaded before a program (LD_PRELOAD), writes down what the program opens for writing, makes, and talks to.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((decltype(&name))dlsym(RTLD_NEXT, #name))

static void note(const char *what, const char *of) {
  const char *log = getenv("WATCH_LOG");
  if (!log) return;
  char cwd[4096] = "", line[9000];
  if (what[0] == 'w' && of[0] != '/' && getcwd(cwd, sizeof cwd)) strcat(cwd, "/");
  int length = snprintf(line, sizeof line, "%s\t%s%s\n", what, cwd, of);
  int fd = REAL(open)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (write(fd, line, length) < 0) abort();
  close(fd);
}

static void address(const struct sockaddr *to) {
  char text[INET6_ADDRSTRLEN] = "";
  if (to && to->sa_family == AF_INET) inet_ntop(AF_INET, &((struct sockaddr_in *)to)->sin_addr, text, sizeof text);
  if (to && to->sa_family == AF_INET6) inet_ntop(AF_INET6, &((struct sockaddr_in6 *)to)->sin6_addr, text, sizeof text);
  if (text[0]) note("connects", text);
}

static mode_t mode(int flags, va_list list) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(list, int) : 0;
}

#define OPEN(name)                                              \
  extern "C" int name(const char *path, int flags, ...) {       \
    va_list list;                                               \
    va_start(list, flags);                                      \
    mode_t bits = mode(flags, list);                            \
    va_end(list);                                               \
    if (flags & (O_WRONLY | O_RDWR | O_CREAT)) note("writes", path); \
    return REAL(name)(path, flags, bits);                       \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                            \
  extern "C" int name(int folder, const char *path, int flags, ...) { \
    va_list list;                                               \
    va_start(list, flags);                                      \
    mode_t bits = mode(flags, list);                            \
    va_end(list);                                               \
    if (flags & (O_WRONLY | O_RDWR | O_CREAT)) note("writes", path); \
    return REAL(name)(folder, path, flags, bits);               \
  }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                             \
  extern "C" FILE *name(const char *path, const char *how) {    \
    if (strpbrk(how, "wa+")) note("writes", path);              \
    return REAL(name)(path, how);                               \
  }
FOPEN(fopen)
FOPEN(fopen64)

extern "C" int mkdir(const char *path, mode_t bits) noexcept {
  note("writes", path);
  return REAL(mkdir)(path, bits);
}

extern "C" int connect(int fd, const struct sockaddr *to, socklen_t length) {
  address(to);
  return REAL(connect)(fd, to, length);
}

extern "C" ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length) {
  address(to);
  return REAL(sendto)(fd, data, size, flags, to, length);
}

extern "C" int getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **found) {
  if (host) note("looks up", host);
  return REAL(getaddrinfo)(host, port, hints, found);
}

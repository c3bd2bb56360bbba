/* Stands between the binary and the C library, for tests of what survives a power cut.
 *
 * Every call that changes something below FAULTS_ROOT is written, in its order and with its bytes, to FAULTS_LOG, and
 * counted. The call with the number FAULTS_AT fails as FAULTS_HOW says:
 *
 *   eio, enospc   it fails with this error and changes nothing
 *   full          so does every later call that needs room, as on a disk that is full
 *   short         a write takes half of its bytes; other calls are left alone
 *   kill          the process is killed instead (a write takes half of its bytes first)
 *
 * A line of the log: number of the call, error (0 for none), kind, lengths and paths, with the bytes of a write after it.
 *   C path | T length path | W offset bytes path | S path | R from -> to | L from -> to | U path | M path | D path
 * and O for what is written to standard output. Paths are relative to the root; no path of ours holds a line break.
 * SQLite's shared memory (-shm) and the socket are left out: both are made anew by whoever opens the directory.
 * The processes that this one starts are left alone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum how { NONE, EIO_ONCE, ENOSPC_ONCE, FULL, SHORT, KILL };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static long calls, fail_at;
static enum how how;

__attribute__((constructor)) static void begin(void)
{
    const char *directory = getenv("FAULTS_ROOT"), *log = getenv("FAULTS_LOG");
    const char *at = getenv("FAULTS_AT"), *manner = getenv("FAULTS_HOW");
    if (!directory || !log) return;
    snprintf(root, sizeof root, "%s", directory);
    root_length = strlen(root);
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fail_at = at ? atol(at) : 0;
    how = !manner ? NONE : !strcmp(manner, "eio") ? EIO_ONCE : !strcmp(manner, "enospc") ? ENOSPC_ONCE
        : !strcmp(manner, "full") ? FULL : !strcmp(manner, "short") ? SHORT : !strcmp(manner, "kill") ? KILL : NONE;
    unsetenv("LD_PRELOAD");
}

static int ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), ending_length = strlen(ending);
    return length >= ending_length && !strcmp(text + length - ending_length, ending);
}

/* The part of an absolute path below the root; NULL when it is not ours. */
static const char *below(const char *path)
{
    if (log_fd < 0 || strncmp(path, root, root_length)) return NULL;
    path += root_length;
    if (*path && *path != '/') return NULL;
    while (*path == '/') path++;
    if (ends_with(path, "-shm") || ends_with(path, ".sock") || ends_with(path, " (deleted)")) return NULL;
    return *path ? path : ".";
}

/* Makes a path absolute by the directory that it is relative to. */
static const char *absolute(int directory, const char *path, char *buffer)
{
    if (*path == '/') return path;
    char base[PATH_MAX];
    if (directory == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return path;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return path;
        base[length] = 0;
    }
    snprintf(buffer, PATH_MAX, "%.2000s/%.2000s", base, path);
    return buffer;
}

static const char *of_path(int directory, const char *path, char *buffer)
{
    return log_fd < 0 ? NULL : below(absolute(directory, path, buffer));
}

static const char *of_file(int fd, char *buffer)
{
    if (log_fd < 0) return NULL;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length < 0) return NULL;
    buffer[length] = 0;
    return below(buffer);
}

/* Below, `turn` is held. */

static void put(const void *bytes, size_t count)
{
    const char *at = bytes;
    while (count > 0) {
        ssize_t done = syscall(SYS_write, log_fd, at, count);
        if (done <= 0) return;
        at += done;
        count -= (size_t)done;
    }
}

static void note(int error, const char *format, ...)
{
    char line[2 * PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %d ", calls, error);
    va_list arguments;
    va_start(arguments, format);
    length += vsnprintf(line + length, sizeof line - (size_t)length - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    put(line, (size_t)length);
}

/* Counts a call. 0: let it happen; an error: it fails so; -1: a write takes half, and then the process is killed when
 * that is what was asked for. */
static int verdict(int needs_room, int is_write)
{
    calls++;
    if (fail_at <= 0 || calls < fail_at) return 0;
    if (how == FULL) return needs_room ? ENOSPC : 0;
    if (calls > fail_at) return 0;
    switch (how) {
    case EIO_ONCE: return EIO;
    case ENOSPC_ONCE: return ENOSPC;
    case SHORT: return is_write ? -1 : 0;
    case KILL:
        if (is_write) return -1;
        kill(getpid(), SIGKILL);
        for (;;) pause();
    default: return 0;
    }
}

static void die_if_asked(void)
{
    if (how == KILL && calls == fail_at) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

/* A call that either happens or does not. */
#define WHOLE(needs_room, call, ...)                                                                                   \
    pthread_mutex_lock(&turn);                                                                                         \
    int refusal = verdict(needs_room, 0), result = -1, error;                                                          \
    if (refusal > 0) errno = refusal; else result = call;                                                              \
    error = result < 0 ? errno : 0;                                                                                    \
    note(error, __VA_ARGS__);                                                                                          \
    pthread_mutex_unlock(&turn);                                                                                       \
    errno = error;                                                                                                     \
    return result

static ssize_t noted_write(int fd, const char *path, const struct iovec *parts, int count, off_t at, int positioned)
{
    pthread_mutex_lock(&turn);
    size_t wanted = 0;
    for (int part = 0; part < count; part++) wanted += parts[part].iov_len;
    int refusal = verdict(1, 1), error = 0;
    ssize_t done = -1;
    if (!positioned) {
        int flags = fcntl(fd, F_GETFL);
        at = lseek(fd, 0, flags >= 0 && (flags & O_APPEND) ? SEEK_END : SEEK_CUR);
    }
    if (refusal > 0) {
        errno = error = refusal;
        note(error, "W %lld 0 %s", (long long)at, path);
        put("\n", 1);
    } else {
        char *bytes = malloc(wanted ? wanted : 1);
        size_t filled = 0;
        for (int part = 0; part < count; part++) {
            memcpy(bytes + filled, parts[part].iov_base, parts[part].iov_len);
            filled += parts[part].iov_len;
        }
        size_t taken = refusal < 0 && wanted > 1 ? wanted / 2 : wanted;
        done = positioned ? syscall(SYS_pwrite64, fd, bytes, taken, at) : syscall(SYS_write, fd, bytes, taken);
        error = done < 0 ? errno : 0;
        note(error, "W %lld %lld %s", (long long)at, done < 0 ? 0LL : (long long)done, path);
        if (done > 0) put(bytes, (size_t)done);
        put("\n", 1);
        free(bytes);
        if (refusal < 0) die_if_asked();
    }
    pthread_mutex_unlock(&turn);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    char buffer[PATH_MAX];
    if (fd == STDOUT_FILENO && log_fd >= 0) {
        pthread_mutex_lock(&turn);
        note(0, "O");
        pthread_mutex_unlock(&turn);
    }
    const char *path = of_file(fd, buffer);
    if (!path) return syscall(SYS_write, fd, bytes, count);
    struct iovec part = { (void *)bytes, count };
    return noted_write(fd, path, &part, 1, 0, 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (!path) return syscall(SYS_writev, fd, parts, count);
    return noted_write(fd, path, parts, count, 0, 0);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (!path) return syscall(SYS_pwrite64, fd, bytes, count, at);
    struct iovec part = { (void *)bytes, count };
    return noted_write(fd, path, &part, 1, at, 1);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

static int noted_open(int directory, const char *name, int flags, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *path = flags & (O_CREAT | O_TRUNC) ? of_path(directory, name, buffer) : NULL;
    if (!path) return (int)syscall(SYS_openat, directory, name, flags | O_LARGEFILE, mode);
    pthread_mutex_lock(&turn);
    struct stat before;
    int existed = !fstatat(directory, name, &before, 0);
    int makes = !existed && (flags & O_CREAT), cuts = existed && (flags & O_TRUNC) && before.st_size > 0;
    int refusal = makes || cuts ? verdict(makes, 0) : 0, result = -1, error = 0;
    if (refusal > 0) errno = refusal;
    else result = (int)syscall(SYS_openat, directory, name, flags | O_LARGEFILE, mode);
    error = result < 0 ? errno : 0;
    if (makes) note(error, "C %s", path);
    if (cuts) note(error, "T 0 %s", path);
    pthread_mutex_unlock(&turn);
    errno = error;
    return result;
}

#define MODE_OF(flags)                                                                                                 \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                             \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        mode = va_arg(arguments, mode_t);                                                                              \
        va_end(arguments);                                                                                             \
    }

int open(const char *name, int flags, ...) { MODE_OF(flags) return noted_open(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE_OF(flags) return noted_open(AT_FDCWD, name, flags, mode); }
int openat(int at, const char *name, int flags, ...) { MODE_OF(flags) return noted_open(at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE_OF(flags) return noted_open(at, name, flags, mode); }

int ftruncate64(int fd, off64_t length)
{
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (!path) return (int)syscall(SYS_ftruncate, fd, length);
    WHOLE(0, (int)syscall(SYS_ftruncate, fd, length), "T %lld %s", (long long)length, path);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd)
{
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (!path) return (int)syscall(SYS_fsync, fd);
    WHOLE(0, (int)syscall(SYS_fsync, fd), "S %s", path);
}

int fdatasync(int fd)
{
    char buffer[PATH_MAX];
    const char *path = of_file(fd, buffer);
    if (!path) return (int)syscall(SYS_fdatasync, fd);
    WHOLE(0, (int)syscall(SYS_fdatasync, fd), "S %s", path);
}

static int noted_rename(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    char first[PATH_MAX], second[PATH_MAX];
    const char *source = of_path(from_at, from, first), *target = of_path(to_at, to, second);
    if (!source || !target) return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    WHOLE(1, (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags), "R %s -> %s", source, target);
}

int rename(const char *from, const char *to) { return noted_rename(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to)
{
    return noted_rename(from_at, from, to_at, to, 0);
}
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    return noted_rename(from_at, from, to_at, to, flags);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    char first[PATH_MAX], second[PATH_MAX];
    const char *source = of_path(from_at, from, first), *target = of_path(to_at, to, second);
    if (!source || !target) return (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
    WHOLE(1, (int)syscall(SYS_linkat, from_at, from, to_at, to, flags), "L %s -> %s", source, target);
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int directory, const char *name, int flags)
{
    char buffer[PATH_MAX];
    const char *path = of_path(directory, name, buffer);
    if (!path) return (int)syscall(SYS_unlinkat, directory, name, flags);
    WHOLE(0, (int)syscall(SYS_unlinkat, directory, name, flags), "%c %s", flags & AT_REMOVEDIR ? 'D' : 'U', path);
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdirat(int directory, const char *name, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *path = of_path(directory, name, buffer);
    if (!path) return (int)syscall(SYS_mkdirat, directory, name, mode);
    WHOLE(1, (int)syscall(SYS_mkdirat, directory, name, mode), "M %s", path);
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

/* Ways to change a file that the log could not tell: whoever tries one takes another way. */
ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t count, unsigned flags)
{
    char buffer[PATH_MAX];
    if (!of_file(out, buffer)) return syscall(SYS_copy_file_range, in, in_at, out, out_at, count, flags);
    errno = EXDEV;
    return -1;
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t count)
{
    char buffer[PATH_MAX];
    if (!of_file(out, buffer)) return syscall(SYS_sendfile, out, in, at, count);
    errno = EINVAL;
    return -1;
}
int fallocate64(int fd, int mode, off64_t at, off64_t length)
{
    char buffer[PATH_MAX];
    if (!of_file(fd, buffer)) return (int)syscall(SYS_fallocate, fd, mode, at, length);
    errno = EOPNOTSUPP;
    return -1;
}
int fallocate(int fd, int mode, off_t at, off_t length) { return fallocate64(fd, mode, at, length); }

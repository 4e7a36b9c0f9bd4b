/* Preloaded into a process: every change that it makes to files under one folder is counted, can be made to fail or to
   be the last one, and can be written to a journal. What it does through SQLite is seen too, maps are not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { NONE, KILL, TEAR, FULL_ONCE, FULL, BROKEN_ONCE, BROKEN };
enum { GO, FAIL, CUT };

static char folder[PATH_MAX];
static size_t length;
static long target, seen;
static int kind, journal = -1;

#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

void faults_watch(const char *path, long at, int what, int into) {
    snprintf(folder, sizeof folder, "%s/", path);
    length = strlen(folder);
    target = at;
    kind = what;
    journal = into;
    __atomic_store_n(&seen, 0, __ATOMIC_SEQ_CST);
}

void faults_rest(void) { length = 0; }

long faults_seen(void) { return __atomic_load_n(&seen, __ATOMIC_SEQ_CST); }

static int watched(const char *path) { return length && !strncmp(path, folder, length); }

/* The path of an open file, if it is watched. A watched folder itself has no slash at its end. */
static int watched_file(int file, char *path) {
    char link[64];
    if (!length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, PATH_MAX - 2);
    if (size < 0) return 0;
    path[size] = 0;
    return watched(path) || (strlen(path) + 1 == length && !strncmp(path, folder, length - 1));
}

static int watched_path(int at, const char *name, char *path) {
    if (!length) return 0;
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
    } else {
        char base[PATH_MAX];
        if (at == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
            ssize_t size = readlink(link, base, sizeof base - 1);
            if (size < 0) return 0;
            base[size] = 0;
        }
        if (snprintf(path, PATH_MAX, "%s/%s", base, name) >= PATH_MAX) return 0;
    }
    return watched(path);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    pause();
}

/* Count one change; whether it goes on, fails, or is done by half before the process dies. A full disk lets go. */
static int next_change(int frees) {
    if (frees && (kind == FULL || kind == FULL_ONCE)) return GO;
    long now = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    int lasting = kind == FULL || kind == BROKEN;
    if (kind == NONE || now < target || (now > target && !lasting)) return GO;
    if (kind == KILL) die();
    if (kind == TEAR) return CUT;
    errno = kind == FULL || kind == FULL_ONCE ? ENOSPC : EIO;
    return FAIL;
}

static void put(const void *data, size_t size) {
    const char *from = data;
    while (size) {
        ssize_t written = NEXT(write)(journal, from, size);
        if (written <= 0) die(); /* a journal with a hole would be replayed wrongly */
        from += written;
        size -= written;
    }
}

/* One entry: what, inode, offset, the lengths of what follows, then two paths and the bytes. */
static void note(char what, uint64_t inode, int64_t offset, const char *one, const char *two, const void *data,
                 uint64_t size) {
    if (journal < 0) return;
    int error = errno;
    struct __attribute__((packed)) { char what; uint64_t inode; int64_t offset; uint32_t one, two; uint64_t size; } head = {
        what, inode, offset, one ? strlen(one) : 0, two ? strlen(two) : 0, size};
    put(&head, sizeof head);
    if (one) put(one, head.one);
    if (two) put(two, head.two);
    if (data) put(data, size);
    errno = error;
}

void faults_mark(void) { note('m', 0, 0, NULL, NULL, NULL, 0); }

static uint64_t inode_of(int file) {
    struct stat about;
    return fstat(file, &about) ? 0 : about.st_ino;
}

static uint64_t inode_at(const char *path) {
    struct stat about;
    return lstat(path, &about) ? 0 : about.st_ino;
}

ssize_t write(int file, const void *data, size_t size) {
    char path[PATH_MAX];
    int error = errno;
    if (!watched_file(file, path)) { errno = error; return NEXT(write)(file, data, size); }
    int change = next_change(0);
    if (change == FAIL) return -1;
    if (change == CUT) { NEXT(write)(file, data, size / 2); die(); }
    int64_t offset = fcntl(file, F_GETFL) & O_APPEND ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_CUR);
    ssize_t done = NEXT(write)(file, data, size);
    if (done > 0) note('w', inode_of(file), offset, NULL, NULL, data, done);
    return done;
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
    char path[PATH_MAX];
    if (!watched_file(file, path)) return NEXT(pwrite64)(file, data, size, offset);
    int change = next_change(0);
    if (change == FAIL) return -1;
    if (change == CUT) { NEXT(pwrite64)(file, data, size / 2, offset); die(); }
    ssize_t done = NEXT(pwrite64)(file, data, size, offset);
    if (done > 0) note('w', inode_of(file), offset, NULL, NULL, data, done);
    return done;
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset) { return pwrite64(file, data, size, offset); }

int ftruncate64(int file, off64_t size) {
    char path[PATH_MAX];
    if (!watched_file(file, path)) return NEXT(ftruncate64)(file, size);
    int change = next_change(0);
    if (change == FAIL) return -1;
    if (change == CUT) die();
    int failed = NEXT(ftruncate64)(file, size);
    if (!failed) note('t', inode_of(file), size, NULL, NULL, NULL, 0);
    return failed;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

#define SYNC(name)                                              \
    int name(int file) {                                        \
        char path[PATH_MAX];                                    \
        if (!watched_file(file, path)) return NEXT(name)(file); \
        int change = next_change(0);                             \
        if (change == FAIL) return -1;                          \
        if (change == CUT) die();                               \
        int failed = NEXT(name)(file);                          \
        if (!failed) note('s', inode_of(file), 0, path, NULL, NULL, 0); \
        return failed;                                          \
    }
SYNC(fsync)
SYNC(fdatasync)

static int renamed(int at, const char *from, int to_at, const char *to) {
    char old[PATH_MAX], new[PATH_MAX];
    int out = watched_path(at, from, old), in = watched_path(to_at, to, new);
    if (!out && !in) return NEXT(renameat)(at, from, to_at, to);
    int change = next_change(0);
    if (change == FAIL) return -1;
    if (change == CUT) die();
    int failed = NEXT(renameat)(at, from, to_at, to);
    if (!failed) note('r', inode_at(new), 0, old, new, NULL, 0);
    return failed;
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int at, const char *from, int to_at, const char *to) { return renamed(at, from, to_at, to); }

int unlinkat(int at, const char *name, int flags) {
    char path[PATH_MAX];
    if (!watched_path(at, name, path)) return NEXT(unlinkat)(at, name, flags);
    int change = next_change(1);
    if (change == FAIL) return -1;
    if (change == CUT) die();
    int failed = NEXT(unlinkat)(at, name, flags);
    if (!failed) note('u', 0, 0, path, NULL, NULL, 0);
    return failed;
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdir(const char *name, mode_t mode) {
    char path[PATH_MAX];
    if (!watched_path(AT_FDCWD, name, path)) return NEXT(mkdir)(name, mode);
    struct stat about;
    if (!lstat(path, &about)) return NEXT(mkdir)(name, mode); /* fails, and changes nothing */
    int change = next_change(0);
    if (change == FAIL) return -1;
    if (change == CUT) die();
    int failed = NEXT(mkdir)(name, mode);
    if (!failed) note('d', inode_at(path), 0, path, NULL, NULL, 0);
    return failed;
}

#define MODE(flags, mode)                     \
    mode_t mode = 0;                          \
    if (flags & (O_CREAT | O_TMPFILE)) {      \
        va_list more;                         \
        va_start(more, flags);                \
        mode = va_arg(more, mode_t);          \
        va_end(more);                         \
    }

/* Opening changes something only if it makes a file or empties one. */
int openat64(int at, const char *name, int flags, ...) {
    MODE(flags, mode)
    char path[PATH_MAX];
    struct stat about;
    if (!(flags & (O_WRONLY | O_RDWR)) || !watched_path(at, name, path)) return NEXT(openat64)(at, name, flags, mode);
    int there = !stat(path, &about);
    int changes = there ? (flags & O_TRUNC) && about.st_size : flags & O_CREAT;
    int change = changes ? next_change(0) : GO;
    if (change == FAIL) return -1;
    if (change == CUT) die();
    int file = NEXT(openat64)(at, name, flags, mode);
    if (file >= 0 && changes) note(there ? 't' : 'c', inode_of(file), 0, path, NULL, NULL, 0);
    return file;
}

int openat(int at, const char *name, int flags, ...) { MODE(flags, mode) return openat64(at, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags, mode) return openat64(AT_FDCWD, name, flags, mode); }
int open(const char *name, int flags, ...) { MODE(flags, mode) return openat64(AT_FDCWD, name, flags, mode); }

/* Moves a program's clock by the offset in FAKETIME_TIMESTAMP_FILE ("+12.34"), read once a second, where
   libfaketime makes it hang. Loaded before the program (LD_PRELOAD); asks the kernel by system calls. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static volatile long long offset, read_at; /* nanoseconds; seconds of the monotonic clock */

static long long parse(const char *text) {
    long long whole = 0, part = 0, unit = SECOND;
    if (*text == '+') text++;
    for (; *text >= '0' && *text <= '9'; text++) whole = whole * 10 + (*text - '0');
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9' && unit > 1; text++) part += (*text - '0') * (unit /= 10);
    return whole * SECOND + part;
}

static void refresh(void) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    if (read_at && now.tv_sec - read_at < 1) return;
    read_at = now.tv_sec;
    const char *path = getenv("FAKETIME_TIMESTAMP_FILE");
    long file = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    char text[64];
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (length <= 0) return;
    text[length] = 0;
    offset = parse(text);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
    refresh();
    long long nanoseconds = time->tv_nsec + offset % SECOND;
    time->tv_sec += offset / SECOND + nanoseconds / SECOND;
    time->tv_nsec = nanoseconds % SECOND;
    return 0;
}

int gettimeofday(struct timeval *value, void *zone) {
    (void)zone;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    value->tv_sec = time.tv_sec;
    value->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}

#include "cepoll.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { batch_max = 64 };

int greenroom_epoll_create(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int greenroom_eventfd_create(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int greenroom_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    for (;;) {
        if (write(descriptor, &one, sizeof one) == (ssize_t)sizeof one) return 0;
        // A full counter is readable already, which is all that a signal asks for.
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) return -errno;
    }
}

int greenroom_eventfd_clear(int descriptor) {
    uint64_t count;
    for (;;) {
        if (read(descriptor, &count, sizeof count) == (ssize_t)sizeof count) return 0;
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) return -errno;
    }
}

int greenroom_epoll_watch(int epoll, int descriptor, uint64_t token, uint32_t interest) {
    struct epoll_event event = {.events = EPOLLRDHUP, .data.u64 = token};
    if (interest & greenroom_epoll_readable) event.events |= EPOLLIN;
    if (interest & greenroom_epoll_writable) event.events |= EPOLLOUT;
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
    if (errno != ENOENT) return -errno;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

int greenroom_epoll_unwatch(int epoll, int descriptor) {
    struct epoll_event ignored = {0};
    if (epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &ignored) == 0) return 0;
    return errno == ENOENT || errno == EBADF ? 0 : -errno;
}

int greenroom_epoll_wait(int epoll, greenroom_epoll_event *events, int events_max, int timeout_ms) {
    struct epoll_event batch[batch_max];
    int count = epoll_wait(epoll, batch, events_max < batch_max ? events_max : batch_max, timeout_ms);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        uint32_t readiness = 0;
        if (batch[i].events & EPOLLIN) readiness |= greenroom_epoll_readable;
        if (batch[i].events & EPOLLOUT) readiness |= greenroom_epoll_writable;
        if (batch[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) readiness |= greenroom_epoll_hung_up;
        events[i].token = batch[i].data.u64;
        events[i].readiness = readiness;
    }
    return count;
}

#ifndef GREENROOM_CEPOLL_H
#define GREENROOM_CEPOLL_H

#include <stdint.h>

// The parts of <sys/epoll.h> and <sys/eventfd.h> that Swift's Glibc module does not carry.
// Every function that can fail returns a negated errno.

enum {
    greenroom_epoll_readable = 1,
    greenroom_epoll_writable = 2,
    greenroom_epoll_hung_up = 4,
};

typedef struct {
    uint64_t token;
    uint32_t readiness;
} greenroom_epoll_event;

// A close-on-exec epoll descriptor.
int greenroom_epoll_create(void);

// A close-on-exec, non-blocking eventfd.
int greenroom_eventfd_create(void);

// Makes the eventfd readable; never blocks.
int greenroom_eventfd_signal(int descriptor);

// Makes the eventfd unreadable again.
int greenroom_eventfd_clear(int descriptor);

// Watches a descriptor, level-triggered. A descriptor that is watched already gets the new token and interest.
int greenroom_epoll_watch(int epoll, int descriptor, uint64_t token, uint32_t interest);

// Stops watching; no error when the descriptor was closed or is not watched.
int greenroom_epoll_unwatch(int epoll, int descriptor);

// Waits at most timeout_ms (-1: without end, 0: not at all) and fills at most events_max events.
// Returns their count; 0 when the wait was interrupted by a signal.
int greenroom_epoll_wait(int epoll, greenroom_epoll_event *events, int events_max, int timeout_ms);

#endif
